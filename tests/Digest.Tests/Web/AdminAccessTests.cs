using System.Net;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>Nobody comes in without signing in, wherever the request says it is from.</summary>
public sealed class AdminAccessTests(AdminHost host) : IClassFixture<AdminHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths() =>
    [
        "/admin", "/admin/", "/admin/signal", "/admin/issues/1", "/admin/issues/1/progress", "/admin/issues/1/html",
        "/admin/issues/1/text", "/admin/jobs", "/admin/jobs/recurring", "/admin/jobs/stats", "/admin/no/such/page",
        "/ADMIN/jobs", "/admin/logout", "/admin/jobs/css12345",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task I12_Nobody_unknown_sees_anything_though_a_proxy_says_they_are_local(string path)
    {
        using var client = host.BareClient();
        foreach (var forwardedFor in (string?[])[null, "127.0.0.1", "::1", "203.0.113.9"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Post])
            {
                using var request = new HttpRequestMessage(method, path);
                if (forwardedFor is not null)
                {
                    request.Headers.Add("X-Forwarded-For", forwardedFor);
                }

                using var response = await client.SendAsync(request, Token);

                response.StatusCode.ShouldBe(HttpStatusCode.Redirect, $"{method} {path}");
                response.Headers.Location.ShouldNotBeNull().ToString().ShouldStartWith("/admin/login?returnUrl=");
                response.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
            }
        }
    }

    [Theory]
    [InlineData("Accept", "application/json")]
    [InlineData("Accept", "text/event-stream")]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    public async Task A_script_is_told_401_instead_of_a_page_it_cannot_read(string header, string value)
    {
        using var client = host.BareClient();
        client.DefaultRequestHeaders.Add(header, value);

        (await client.GetAsync(new Uri("/admin/issues/1/progress", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task I12_An_operator_reads_Hangfires_dashboard_and_can_change_nothing_there()
    {
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin/jobs/recurring");

        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Page.QuerySelector("a[href='/admin']").ShouldNotBeNull("the way back");
        browser.Page.QuerySelector(".js-jobs-list-command").ShouldBeNull("it is read-only");
        await browser.PostAsync("/admin/jobs/recurring/trigger", [new("jobs[]", "any")]);
        browser.Response.IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task Every_answer_says_what_a_browser_may_do_with_it()
    {
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin");

        browser.Response.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
        browser.Response.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        var policy = browser.Response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        browser.Page.QuerySelectorAll("[style], [onclick], script:not([src]), style").ShouldBeEmpty("the policy would refuse them");
    }

    [Fact]
    public async Task Style_and_script_come_with_the_pages()
    {
        using var client = host.BareClient();

        (await client.GetStringAsync(new Uri("/admin.css", UriKind.Relative), Token)).ShouldContain("prefers-color-scheme: dark");
        (await client.GetStringAsync(new Uri("/admin.js", UriKind.Relative), Token)).ShouldContain("use strict");
    }
}
