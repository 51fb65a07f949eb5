using System.Net;
using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class UnsubscribePageTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private static readonly (string, string) OneClick = ("List-Unsubscribe", "One-Click");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B4_A_one_click_POST_unsubscribes_in_either_encoding_and_twice_is_once(bool multipart)
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var path = $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}";

        var first = await site.ReadAsync(OneClickRequest(path, multipart));
        var second = await site.ReadAsync(OneClickRequest(path, multipart));

        first.Status.ShouldBe(HttpStatusCode.OK);
        second.Status.ShouldBe(HttpStatusCode.OK);
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Unsubscribed);
        (await site.CountAsync($"consent_events where subscriber_id = {reader.Id} and kind = 'unsubscribed' and source = 'one-click'")).ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http")]
    [InlineData("https")]
    public async Task B5_A_one_click_POST_is_never_redirected(string? forwardedProto)
    {
        await using var site = await PublicSite.StartAsync(("Digest:Web:TrustForwardedHeaders", "true"));
        var reader = await site.ReaderAsync();

        foreach (var path in new[] { $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}", $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}/", "/u/nonsense" })
        {
            var request = OneClickRequest(path, multipart: false);
            if (forwardedProto is not null)
            {
                request.Headers.Add("X-Forwarded-Proto", forwardedProto);
                request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            }

            (await site.ReadAsync(request)).Status.ShouldBe(path == "/u/nonsense" ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task B6_Leaving_takes_one_bare_request_and_sets_no_cookie()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var path = $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}";

        var shown = await site.GetAsync(path);
        var left = await site.PostAsync(path, ("choice", "leave"));

        shown.Headers.ShouldNotContainKey("Set-Cookie");
        left.Headers.ShouldNotContainKey("Set-Cookie");
        left.Text.ShouldContain("You have left");
        left.Text.ShouldNotContain("<script");
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Unsubscribed);
        (await site.CountAsync($"consent_events where subscriber_id = {reader.Id} and source = 'unsubscribe page'")).ShouldBe(1);
    }

    [Fact]
    public async Task B7_GET_and_HEAD_change_nothing()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var path = $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}";

        for (var time = 0; time < 3; time++)
        {
            (await site.GetAsync(path)).Text.ShouldContain("Leave");
            (await site.ReadAsync(new HttpRequestMessage(HttpMethod.Head, path))).Status.ShouldBe(HttpStatusCode.OK);
        }

        (await site.ReloadAsync(reader)).ShouldBeEquivalentTo(reader);
        (await site.CountAsync($"consent_events where subscriber_id = {reader.Id}")).ShouldBe(0);
    }

    [Fact]
    public async Task B8_A_link_with_a_changed_letter_gets_the_generic_page_and_changes_nothing()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var token = site.Link(TokenPurpose.Unsubscribe, reader);
        var forged = $"{token[..20]}{(token[20] == 'A' ? 'B' : 'A')}{token[21..]}";

        var shown = await site.GetAsync($"/u/{forged}");
        var posted = await site.PostAsync($"/u/{forged}", OneClick);

        shown.Status.ShouldBe(HttpStatusCode.OK);
        posted.Status.ShouldBe(HttpStatusCode.NotFound, "a mail client must not say that its reader left");
        posted.Text.ShouldBe(shown.Text);
        posted.Text.ShouldBe((await site.PostAsync("/u/nonsense", OneClick)).Text);
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "")]
    [InlineData("application/x-www-form-urlencoded", "List-Unsubscribe=one-click")]
    [InlineData("application/x-www-form-urlencoded", "List-Unsubscribe=")]
    [InlineData("application/x-www-form-urlencoded", "list-unsubscribe=One-Click")]
    [InlineData("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click&List-Unsubscribe=No")]
    [InlineData("application/x-www-form-urlencoded", "choice=stay")]
    [InlineData("application/x-www-form-urlencoded", "%%%&&&==")]
    [InlineData("application/x-www-form-urlencoded", "token=other")]
    [InlineData("multipart/form-data; boundary=x", "no part at all")]
    [InlineData("multipart/form-data", "no boundary")]
    [InlineData("application/json", """{"List-Unsubscribe":"One-Click"}""")]
    [InlineData("text/plain", "List-Unsubscribe=One-Click")]
    public async Task B9_A_POST_without_the_exact_pair_or_our_field_changes_nothing(string type, string body)
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var page = await site.ReadAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}") { Content = content });

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Fact]
    public async Task B9_A_form_far_too_large_changes_nothing()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();

        var page = await site.PostAsync(
            $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}", OneClick, ("padding", new string('x', 64 * 1024)));

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Fact]
    public async Task B12_One_click_leaves_one_newsletter_only()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var other = await site.Database.NewsletterAsync("other");
        var elsewhere = (await site.Database.SubscribersAsync(other.Id, 1))[0];
        await site.Database.ExecuteAsync("update digest.subscribers set address_key = $1 where id = $2", reader.AddressKey, elsewhere.Id);

        await site.PostAsync($"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}", OneClick);

        (await site.ReloadAsync(elsewhere)).State.ShouldBe(SubscriberState.Confirmed);
    }

    [Fact]
    public async Task H3_A_link_works_years_later_and_after_the_sign_up_limit_is_used_up()
    {
        await using var site = await PublicSite.StartAsync(("Digest:Web:SignUpsPerHour", "1"));
        var reader = await site.ReaderAsync();
        var path = $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}";
        await site.PostAsync("/signal", ("address", "a@example.org"));
        (await site.PostAsync("/signal", ("address", "b@example.org"))).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        site.Time.Advance(TimeSpan.FromDays(2000));

        (await site.PostAsync(path, OneClick)).Status.ShouldBe(HttpStatusCode.OK);

        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Unsubscribed);
    }

    [Fact]
    public async Task Whoever_left_is_offered_to_come_back_by_a_confirmation()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var path = $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}";
        await site.PostAsync(path, OneClick);
        (await site.GetAsync(path)).Text.ShouldContain("Come back");

        (await site.PostAsync(path, ("choice", "return"))).Text.ShouldContain("Check your inbox");

        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Pending);
        (await site.CountAsync($"notices where subscriber_id = {reader.Id} and kind = 'confirmation'")).ShouldBe(1);
    }

    private static HttpRequestMessage OneClickRequest(string path, bool multipart) => new(HttpMethod.Post, path)
    {
        Content = multipart
            ? new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } }
            : new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]),
    };
}
