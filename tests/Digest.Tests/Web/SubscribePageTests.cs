using System.Net;
using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class SubscribePageTests
{
    [Fact]
    public async Task The_front_door_is_the_only_newsletters_own_page()
    {
        await using var site = await PublicSite.StartAsync();

        var page = await site.GetAsync("/");

        page.Text.ShouldContain("The signal weekly");
        page.Text.ShouldContain("One mail on Monday.");
        page.Text.ShouldContain("Free. Monday mornings. The week&#x27;s stories, synthesized. Unsubscribe anytime.");
        page.Text.ShouldContain("""action="/signal""");
        page.Text.ShouldContain("By signing up you ask for The signal weekly by e-mail");
    }

    [Fact]
    public async Task The_front_door_of_several_newsletters_lists_them()
    {
        await using var site = await PublicSite.StartAsync();
        await site.Database.NewsletterAsync("other");

        var page = await site.GetAsync("/");

        page.Text.ShouldContain("href=\"/signal\"");
        page.Text.ShouldContain("href=\"/other\"");
    }

    [Fact]
    public async Task A_sign_up_is_taken_with_its_evidence_and_without_a_cookie()
    {
        await using var site = await PublicSite.StartAsync();

        var page = await site.PostAsync("/signal", ("address", "reader@example.org"), ("website", ""));

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Text.ShouldContain("Check your inbox");
        page.Headers.ShouldNotContainKey("Set-Cookie");
        (await site.CountAsync("subscribers where address_key = 'reader@example.org' and state = 'pending'")).ShouldBe(1);
        (await site.CountAsync("consent_events where source = 'public page' and remote_address is null")).ShouldBe(1);
        (await site.CountAsync("notices where kind = 'confirmation'")).ShouldBe(1);
    }

    [Fact]
    public async Task G1_The_address_of_the_request_is_kept_where_the_installation_says_so()
    {
        await using var site = await PublicSite.StartAsync(
            ("Digest:SignUp:RecordRemoteAddress", "true"), ("Digest:Web:TrustForwardedHeaders", "true"));
        var request = new HttpRequestMessage(HttpMethod.Post, "/signal")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("address", "reader@example.org")]),
            Headers = { { "X-Forwarded-For", "203.0.113.7" } },
        };

        await site.ReadAsync(request);

        (await site.CountAsync("consent_events where remote_address = '203.0.113.7'")).ShouldBe(1);
    }

    [Fact]
    public async Task H7_The_answer_is_the_same_for_every_address()
    {
        await using var site = await PublicSite.StartAsync();
        await site.Database.SubscribersAsync(site.Newsletter.Id, 1);
        await site.Database.SubscribersAsync(site.Newsletter.Id, 1, SubscriberState.Pending);
        await site.Database.SubscribersAsync(site.Newsletter.Id, 1, SubscriberState.Unsubscribed);
        await site.Database.ExecuteAsync(
            "insert into digest.suppressions (address_hash, reason, created_at) values ($1, 'complaint', $2)",
            site.Get<AddressHash>().Of("suppressed@example.org"), PublicSite.Start);
        var fresh = await site.PostAsync("/signal", ("address", "fresh@example.org"));

        foreach (var address in new[] { "reader-1@example.com", "reader-2@example.com", "reader-3@example.com", "suppressed@example.org", "fresh@example.org" })
        {
            var page = await site.PostAsync("/signal", ("address", address));

            page.Status.ShouldBe(fresh.Status);
            page.Text.ShouldBe(fresh.Text);
            page.Headers.Keys.ShouldBe(fresh.Headers.Keys, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task A_mistyped_address_comes_back_with_a_sentence_and_what_was_typed()
    {
        await using var site = await PublicSite.StartAsync();

        var page = await site.PostAsync("/signal", ("address", "reader@\"><script>alert(1)</script>"));

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Text.ShouldContain("role=\"alert\"");
        page.Text.ShouldContain("aria-invalid=\"true\"");
        page.Text.ShouldNotContain("<script>");
        (await site.CountAsync("subscribers")).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("choice=leave")]
    public async Task A_form_without_an_address_is_answered_kindly(string body)
    {
        await using var site = await PublicSite.StartAsync();

        var page = await site.ReadAsync(new HttpRequestMessage(HttpMethod.Post, "/signal")
        {
            Content = new StringContent(body, null, "application/x-www-form-urlencoded"),
        });

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Text.ShouldContain("Type an e-mail address");
    }

    [Fact]
    public async Task What_fills_in_the_hidden_field_gets_the_usual_answer_and_nothing_is_written()
    {
        await using var site = await PublicSite.StartAsync();

        var page = await site.PostAsync("/signal", ("address", "reader@example.org"), ("website", "https://spam.example.net"));

        page.Text.ShouldContain("Check your inbox");
        (await site.CountAsync("subscribers")).ShouldBe(0);
    }

    [Fact]
    public async Task H8_Sign_ups_from_one_place_are_limited_and_reading_is_not()
    {
        await using var site = await PublicSite.StartAsync(("Digest:Web:SignUpsPerHour", "3"));
        for (var number = 0; number < 3; number++)
        {
            (await site.PostAsync("/signal", ("address", $"reader-{number}@example.org"))).Status.ShouldBe(HttpStatusCode.OK);
        }

        var limited = await site.PostAsync("/signal", ("address", "reader-4@example.org"));

        limited.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Text.ShouldContain("Too many sign-ups");
        limited.Headers.ShouldContainKey("Retry-After");
        (await site.GetAsync("/signal")).Status.ShouldBe(HttpStatusCode.OK);
        (await site.CountAsync("subscribers")).ShouldBe(3);
    }

    [Fact]
    public async Task H8_Behind_a_proxy_each_reader_has_their_own_limit_and_a_forged_header_is_not_believed()
    {
        await using var trusting = await PublicSite.StartAsync(("Digest:Web:SignUpsPerHour", "1"), ("Digest:Web:TrustForwardedHeaders", "true"));
        (await SignUpFromAsync(trusting, "203.0.113.1")).ShouldBe(HttpStatusCode.OK);
        (await SignUpFromAsync(trusting, "203.0.113.2")).ShouldBe(HttpStatusCode.OK);
        (await SignUpFromAsync(trusting, "203.0.113.1")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await SignUpFromAsync(trusting, "2001:db8:1:1::1")).ShouldBe(HttpStatusCode.OK);
        (await SignUpFromAsync(trusting, "2001:db8:1:1::2")).ShouldBe(HttpStatusCode.TooManyRequests);

        await using var plain = await PublicSite.StartAsync(("Digest:Web:SignUpsPerHour", "1"));
        (await SignUpFromAsync(plain, "203.0.113.1")).ShouldBe(HttpStatusCode.OK);
        (await SignUpFromAsync(plain, "203.0.113.2")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static async Task<HttpStatusCode> SignUpFromAsync(PublicSite site, string address) => (await site.ReadAsync(
        new HttpRequestMessage(HttpMethod.Post, "/signal")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("address", "reader@example.org")]),
            Headers = { { "X-Forwarded-For", address } },
        })).Status;
}
