using System.Net;
using Digest.Operators;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class AdminLoginTests(AdminHost host) : IClassFixture<AdminHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OperatorLogins Logins => host.Services.GetRequiredService<OperatorLogins>();

    [Fact]
    public async Task The_right_password_leads_to_where_the_operator_wanted_to_go()
    {
        var browser = host.Browser();

        await browser.OpenAsync("/admin/jobs");
        browser.Path.ShouldBe("/admin/login");
        await browser.SubmitAsync("form", ("email", AdminHost.Email), ("password", AdminHost.Password));

        browser.Path.ShouldBe("/admin/jobs");
        (await browser.OpenAsync("/admin")).Text.ShouldContain(AdminHost.Email);
    }

    [Theory]
    [InlineData("https://example.org/")]
    [InlineData("//example.org/")]
    [InlineData("/\\example.org")]
    [InlineData("/administration")]
    [InlineData("javascript:alert(1)")]
    public async Task Nobody_is_led_out_of_the_admin_pages_by_a_login_link(string returnUrl)
    {
        var browser = host.Browser();

        await browser.SignInAsync(AdminHost.Email, AdminHost.Password, $"/admin/login?returnUrl={Uri.EscapeDataString(returnUrl)}");

        browser.Path.ShouldBe("/admin");
        browser.Response.RequestMessage!.RequestUri!.Host.ShouldBe(host.Url.Host);
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_address_and_a_locked_login_get_the_same_answer()
    {
        await Logins.AddAsync("locked@example.com", AdminHost.Password, Token);
        await host.Database.ExecuteAsync(
            "update digest.operators set lockout_end = now() + interval '1 hour' where email = 'locked@example.com'");
        var answers = new List<(HttpStatusCode Status, string Text)>();

        foreach (var (email, password) in ((string, string)[])
            [(AdminHost.Email, "wrong password"), ("nobody@example.com", "wrong password"), ("locked@example.com", AdminHost.Password)])
        {
            var browser = host.Browser();
            await browser.SignInAsync(email, password);
            browser.Path.ShouldBe("/admin/login");
            browser.Page.QuerySelector("#email")!.GetAttribute("value").ShouldBe(email);
            answers.Add((browser.Status, browser.Text));
        }

        answers.Distinct().Count().ShouldBe(1);
        answers[0].Text.ShouldContain("do not match");
    }

    [Fact]
    public async Task After_five_wrong_passwords_even_the_right_one_does_not_open()
    {
        await Logins.AddAsync("careless@example.com", AdminHost.Password, Token);
        var browser = host.Browser();

        for (var attempt = 0; attempt < 4; attempt++)
        {
            await browser.SignInAsync("careless@example.com", "wrong password");
        }

        (await Logins.ListAsync(Token)).Single(login => login.Email == "careless@example.com").LockedUntil.ShouldBeNull();
        await browser.SignInAsync("careless@example.com", "wrong password");
        await browser.SignInAsync("careless@example.com", AdminHost.Password);

        browser.Path.ShouldBe("/admin/login");
        (await browser.OpenAsync("/admin")).Path.ShouldBe("/admin/login");
    }

    [Fact]
    public async Task Wrong_passwords_that_arrive_at_one_moment_all_count()
    {
        await Logins.AddAsync("besieged@example.com", AdminHost.Password, Token);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Browser().SignInAsync("besieged@example.com", "wrong password")));

        (await host.Database.ScalarAsync<bool>("select lockout_end > now() from digest.operators where email = 'besieged@example.com'"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Signing_out_takes_a_post()
    {
        var browser = await host.SignedInAsync();

        (await browser.OpenAsync("/admin/logout")).Path.ShouldBe("/admin", "a link signs nobody out");
        await browser.SubmitAsync("form[action='/admin/logout']");

        browser.Path.ShouldBe("/admin/login");
        (await browser.OpenAsync("/admin")).Path.ShouldBe("/admin/login");
    }

    [Fact]
    public async Task The_cookie_is_for_the_admin_pages_alone_and_no_script_reads_it()
    {
        using var client = host.BareClient();
        var page = await client.GetAsync(new Uri("/admin/login", UriKind.Relative), Token);
        var antiforgery = page.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        var form = await page.Content.ReadAsStringAsync(Token);
        var token = form.Split("__RequestVerificationToken\" type=\"hidden\" value=\"")[1].Split('"')[0];
        client.DefaultRequestHeaders.Add("Cookie", antiforgery.Split(';')[0]);
        using var content = new FormUrlEncodedContent(
            [new("email", AdminHost.Email), new("password", AdminHost.Password), new("__RequestVerificationToken", token)]);

        var response = await client.PostAsync(new Uri("/admin/login", UriKind.Relative), content, Token);

        var cookie = response.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldStartWith("digest.operator=");
        cookie.ShouldContain("path=/admin; ");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldContain("httponly");
        antiforgery.ShouldContain("path=/admin; ");
    }

    [Fact]
    public async Task Without_the_forms_token_nothing_is_done()
    {
        using var client = host.BareClient();
        using var content = new FormUrlEncodedContent([new("email", AdminHost.Email), new("password", AdminHost.Password)]);

        (await client.PostAsync(new Uri("/admin/login", UriKind.Relative), content, Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var browser = await host.SignedInAsync();
        await browser.PostAsync("/admin/logout", []);
        browser.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.OpenAsync("/admin")).Path.ShouldBe("/admin");
    }

    [Fact]
    public async Task A_login_that_was_removed_is_out_within_a_minute()
    {
        await Logins.AddAsync("leaver@example.com", AdminHost.Password, Token);
        var browser = host.Browser();
        await browser.SignInAsync("leaver@example.com", AdminHost.Password);
        browser.Path.ShouldBe("/admin");

        await Logins.RemoveAsync("leaver@example.com", Token);
        host.Time.Advance(TimeSpan.FromSeconds(61));

        (await browser.OpenAsync("/admin")).Path.ShouldBe("/admin/login");
    }

    [Fact]
    public async Task No_login_name_and_no_password_is_logged()
    {
        var browser = host.Browser();
        await browser.SignInAsync("secretive@example.com", "hidden password");
        await browser.SignInAsync(AdminHost.Email, AdminHost.Password);

        host.Log.All.ShouldContain(line => line.Contains("signed in", StringComparison.Ordinal));
        host.Log.All.ShouldNotContain(line => line.Contains("@example.com", StringComparison.Ordinal)
            || line.Contains("hidden password", StringComparison.Ordinal));
    }
}
