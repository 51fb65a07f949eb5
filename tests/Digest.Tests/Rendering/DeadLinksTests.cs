using Digest.Newsletters;
using Digest.Rendering;
using Digest.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>Links are asked for over HTTP: what is gone is a warning, and nobody's private network is asked.</summary>
public sealed class DeadLinksTests : IAsyncLifetime
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource eight = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestApp site = null!;
    private int open;
    private int most;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => site = await TestApp.StartAsync(
        _ => { },
        app =>
        {
            app.MapMethods("/there", ["HEAD", "GET"], () => "here");
            app.MapGet("/only-get", () => "here");
            app.MapMethods("/moved", ["HEAD", "GET"], () => Results.Redirect("/there"));
            app.MapMethods("/gone", ["HEAD", "GET"], () => Results.StatusCode(410));
            app.MapMethods("/broken", ["HEAD", "GET"], () => Results.StatusCode(503));
            app.MapMethods("/for-people", ["HEAD", "GET"], () => Results.StatusCode(403));
            app.MapMethods("/slow/{n:int}", ["HEAD", "GET"], SlowAsync);
        },
        TestSettings.Values("Host=unused"));

    [Fact]
    public async Task What_answers_is_fine_by_HEAD_by_GET_or_by_a_redirect()
    {
        (await FindAsync("/there", "/only-get", "/moved", "/there#part")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_does_not_answer_is_a_warning_that_names_the_link_and_why()
    {
        var found = await FindAsync("/gone", "/there", "/broken", "/for-people", "/nowhere");

        found.ShouldBe(
            [
                $"The link “Place 0”, to {site.Url}gone, answers 410 (Gone).",
                $"The link “Place 2”, to {site.Url}broken, answers 503 (ServiceUnavailable).",
                $"The link “Place 3”, to {site.Url}for-people, answers 403 (Forbidden), which may be for programs only.",
                $"The link “Place 4”, to {site.Url}nowhere, answers 404 (NotFound).",
            ]);
    }

    [Fact]
    public async Task No_more_than_eight_are_asked_at_once()
    {
        await FindAsync([.. Enumerable.Range(0, 40).Select(n => $"/slow/{n % 20}")]);

        most.ShouldBe(8);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_at_takes_no_connection()
    {
        using var http = OpenClient();
        var found = await new DeadLinks(http, SampleIssues.Urls).FindAsync(SampleIssues.NewNewsletter(), Mail("http://127.0.0.1:1/a"), "", Stop);

        found.ShouldHaveSingleItem().Finding.ShouldContain("takes no connection");
    }

    [Fact]
    public async Task Where_nothing_at_all_is_reached_it_is_not_said_of_each_place()
    {
        using var http = OpenClient();
        var found = await new DeadLinks(http, SampleIssues.Urls).FindAsync(
            SampleIssues.NewNewsletter(), Mail("http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "http://127.0.0.1:1/c"), "", Stop);

        found.ShouldHaveSingleItem().Finding.ShouldBe("None of 3 places could be reached, so nothing is known of them.");
    }

    [Fact]
    public async Task Our_own_pages_are_not_asked_for()
    {
        using var http = OpenClient();
        var found = await new DeadLinks(http, SampleIssues.Urls).FindAsync(
            SampleIssues.NewNewsletter(), Mail(SampleIssues.Urls.Issue("undertow", SampleIssues.Week.Monday), "mailto:editors@undertow.example.com", Slots.UnsubscribeUrl), "", Stop);

        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_client_that_is_used_reaches_no_private_address()
    {
        using var http = PublicHosts.NewClient();

        var found = await new DeadLinks(http, SampleIssues.Urls).FindAsync(
            SampleIssues.NewNewsletter(), Mail($"{site.Url}there", $"http://localhost:{site.Url.Port}/there"), "policy", Stop);

        found.Count.ShouldBe(2);
        found.ShouldAllBe(finding => finding.Finding.Contains("private network") && finding.Variant == "policy");
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::ffff:10.0.0.1]", true)]
    [InlineData("[fe80::1]", true)]
    [InlineData("localhost", true)]
    [InlineData("intranet", true)]
    [InlineData("printer.local", true)]
    [InlineData("93.184.216.34", false)]
    [InlineData("[2606:2800:220:1::1]", false)]
    [InlineData("example.org", false)]
    [InlineData("172.32.0.1", false)]
    public void Private_hosts_are_known(string host, bool isPrivate) => PrivateHost.IsPrivate(host).ShouldBe(isPrivate);

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private async Task<IReadOnlyList<string>> FindAsync(params string[] paths)
    {
        using var http = OpenClient();
        var mail = Mail([.. paths.Select(path => new Uri(site.Url, path).AbsoluteUri)]);
        var found = await new DeadLinks(http, SampleIssues.Urls).FindAsync(SampleIssues.NewNewsletter(), mail, "", Stop);
        return [.. found.Select(finding => finding.Finding)];
    }

    /// <summary>As the product's, but for the guard: the site of this test is on this machine.</summary>
    private static HttpMessageInvoker OpenClient() => new(new SocketsHttpHandler { UseProxy = false });

    private static RenderedMail Mail(params string[] urls) =>
        new("Subject", "Preheader", string.Concat(urls.Index().Select(url => $"<p><a href=\"{url.Item}\">Place {url.Index}</a></p>")), "");

    /// <summary>Nobody is answered before eight wait, and then not before others could have come as well.</summary>
    private async Task<string> SlowAsync(int n)
    {
        lock (gate)
        {
            most = Math.Max(most, ++open);
        }

        if (Volatile.Read(ref open) == 8)
        {
            for (var turn = 0; turn < 1000; turn++)
            {
                await Task.Yield();
            }

            eight.TrySetResult();
        }

        await eight.Task;
        lock (gate)
        {
            open--;
        }

        return $"{n}";
    }
}
