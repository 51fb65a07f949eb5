using System.Net;
using System.Text;
using Digest.Local.Mailbox;
using Digest.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>The mailbox's page shows whatever arrived and trusts none of it.</summary>
public sealed class InboxPagesTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly MailStore store = new();
    private TestApp app = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync(_ => { }, host => host.MapInbox("/inbox", store), new Dictionary<string, string?>());
        client = app.BareClient();
    }

    [Fact]
    public async Task An_empty_mailbox_says_so()
    {
        (await client.GetStringAsync("/inbox", Cancelled)).ShouldContain("No mail yet");
    }

    [Fact]
    public async Task The_list_shows_decoded_mail_newest_first()
    {
        Add("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nFrom: =?utf-8?Q?J=C3=BCrgen?= <a@example.com>\r\nTo: b@example.com\r\n\r\nhi\r\n");
        Add("Subject: Later\r\n\r\nhi\r\n");

        var page = await client.GetStringAsync("/inbox", Cancelled);

        page.ShouldContain("2 messages");
        page.ShouldContain("Jürgen &lt;a@example.com&gt;");
        page.IndexOf("Later", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("Grüße", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("grüsse", false)]
    [InlineData("GRÜSS", true)]
    [InlineData("reader-7", true)]
    [InlineData("nobody", false)]
    public async Task Mail_is_found_by_address_or_subject(string search, bool found)
    {
        Add("Subject: Grüss Gott\r\nTo: somebody@example.com\r\n\r\nhi\r\n", "reader-7@example.com");

        var page = await client.GetStringAsync($"/inbox/?q={Uri.EscapeDataString(search)}", Cancelled);

        page.Contains("Grüss Gott", StringComparison.Ordinal).ShouldBe(found);
    }

    [Fact]
    public async Task A_long_list_has_pages()
    {
        for (var i = 1; i <= 120; i++)
        {
            Add($"Subject: number {i}.\r\n\r\nhi\r\n");
        }

        var last = await client.GetStringAsync("/inbox/?page=3", Cancelled);

        last.ShouldContain("Page 3 of 3");
        last.ShouldContain("number 1.");
        last.ShouldNotContain("number 21.");
    }

    [Fact]
    public async Task What_a_mail_says_never_becomes_markup_of_the_page()
    {
        Add("Subject: <script>alert(1)</script>\r\nFrom: \"<b>x</b>\" <a@example.com>\r\nX-Odd: <i>odd</i>\r\n\r\n<u>text</u> https://example.com/?a=1&b=\"2\r\n");

        foreach (var path in (string[])["/inbox", "/inbox/1", "/inbox/1?view=text", "/inbox/1?view=headers", "/inbox/1?view=source", "/inbox/?q=%22%3E%3Ci%3E"])
        {
            var page = await client.GetStringAsync(path, Cancelled);
            page.ShouldNotContain("<script>alert");
            page.ShouldNotContain("<b>");
            page.ShouldNotContain("<i>");
            page.ShouldNotContain("<u>");
        }

        (await client.GetStringAsync("/inbox/1?view=text", Cancelled)).ShouldContain("<a href=\"https://example.com/?a=1&amp;b=\" target=\"_blank\"");
    }

    [Fact]
    public async Task The_html_part_is_framed_without_scripts_and_its_links_open_beside()
    {
        Add("Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><html><head><title>t</title></head><body>Grüße</body></html>\r\n");

        (await client.GetStringAsync("/inbox/1", Cancelled)).ShouldContain("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"");
        using var frame = await client.GetAsync("/inbox/1/html", Cancelled);

        var policy = frame.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("sandbox allow-popups");
        policy.ShouldNotContain("script");
        (await frame.Content.ReadAsStringAsync(Cancelled)).ShouldStartWith("<!doctype html><html><head><base target=\"_blank\"><title>t</title></head><body>Grüße");
    }

    [Fact]
    public async Task The_source_is_the_bytes_that_arrived()
    {
        byte[] raw = [.. "Subject: x\r\n\r\n"u8, 0xff, 0x00, .. "\r\n"u8];
        store.Add("a@example.com", "b@example.com", raw, 1);

        using var source = await client.GetAsync("/inbox/1/source", Cancelled);

        (await source.Content.ReadAsByteArrayAsync(Cancelled)).ShouldBe(raw);
        source.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
    }

    [Fact]
    public async Task What_is_no_mail_at_all_can_still_be_read()
    {
        Add("\0\0 no header here");

        (await client.GetStringAsync("/inbox", Cancelled)).ShouldContain("(no subject)");
        (await client.GetStringAsync("/inbox/1?view=source", Cancelled)).ShouldContain("no header here");
    }

    [Fact]
    public async Task H_the_button_posts_as_a_mail_client_does()
    {
        string? seen = null;
        await using var pages = await TestApp.StartAsync(
            _ => { },
            host => host.MapPost("/u/token", async (HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                seen = $"{request.ContentType} {await reader.ReadToEndAsync(Cancelled)} cookies:{request.Cookies.Count}";
                return "You are out.";
            }),
            new Dictionary<string, string?>());
        AddOneClick(new Uri(pages.Url, "/u/token"));

        using var answer = await client.PostAsync("/inbox/1/unsubscribe", null, Cancelled);

        seen.ShouldBe("application/x-www-form-urlencoded List-Unsubscribe=One-Click cookies:0");
        var page = await answer.Content.ReadAsStringAsync(Cancelled);
        page.ShouldContain("<strong>Accepted</strong> 200 OK");
        page.ShouldContain("You are out.");
    }

    [Fact]
    public async Task H_a_redirect_is_shown_and_not_followed()
    {
        var followed = false;
        await using var pages = await TestApp.StartAsync(
            _ => { },
            host =>
            {
                host.MapPost("/u/token", () => Results.Redirect("/bye"));
                host.MapGet("/bye", () => followed = true);
            },
            new Dictionary<string, string?>());
        AddOneClick(new Uri(pages.Url, "/u/token"));

        using var answer = await client.PostAsync("/inbox/1/unsubscribe", null, Cancelled);

        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("302 Found: a redirect, which a mail client does not follow");
        followed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_host_that_is_not_this_machine_is_never_called()
    {
        AddOneClick(new Uri("https://digest.example.com/u/token"));

        (await client.GetStringAsync("/inbox/1", Cancelled)).ShouldNotContain("<button>Unsubscribe");
        using var answer = await client.PostAsync("/inbox/1/unsubscribe", null, Cancelled);

        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("Not sent: digest.example.com is not this machine");
    }

    [Fact]
    public async Task A_named_host_stands_for_loopback_where_that_is_a_container()
    {
        await using var pages = await TestApp.StartAsync(
            _ => { }, host => host.MapPost("/u/token", (HttpRequest request) => $"for {request.Host}"), new Dictionary<string, string?>());
        await using var container = await TestApp.StartAsync(
            _ => { }, host => host.MapInbox("", store, unsubscribeHost: "127.0.0.1"), new Dictionary<string, string?>());
        using var inside = container.BareClient();
        // Nobody listens on this loopback address itself.
        AddOneClick(new Uri($"http://127.9.9.9:{pages.Url.Port}/u/token"));

        using var answer = await inside.PostAsync("/1/unsubscribe", null, Cancelled);

        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain($"for 127.9.9.9:{pages.Url.Port}");
    }

    [Fact]
    public async Task Another_sites_page_cannot_press_the_button()
    {
        AddOneClick(new Uri("http://127.0.0.1:9/u/token"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inbox/1/unsubscribe");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await client.SendAsync(request, Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_message_that_is_gone_is_a_page_that_leads_back()
    {
        using var answer = await client.GetAsync("/inbox/7", Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("href=\"/inbox/\"");
    }

    [Theory]
    [InlineData("/inbox/inbox.css", "text/css")]
    [InlineData("/inbox/inbox.js", "text/javascript")]
    public async Task The_page_carries_what_it_is_drawn_with(string path, string type)
    {
        using var answer = await client.GetAsync(path, Cancelled);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain("http");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private void AddOneClick(Uri url) => Add(
        $"Subject: x\r\nList-Unsubscribe: <mailto:out@example.com>,\r\n <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nhi\r\n");

    private void Add(string raw, string recipient = "reader@example.com") =>
        store.Add("signal@example.com", recipient, Encoding.UTF8.GetBytes(raw), 1);
}
