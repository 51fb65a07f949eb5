using System.Net;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class TokenPageTests(SharedSite shared) : IClassFixture<SharedSite>
{
    [Fact]
    public async Task B7_Looking_at_a_confirmation_link_confirms_nobody_and_its_button_does()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync(SubscriberState.Pending);
        var path = $"/confirm/{site.Link(TokenPurpose.Confirm, reader)}";

        (await site.GetAsync(path)).Text.ShouldContain("Yes, subscribe me");
        await site.ReadAsync(new HttpRequestMessage(HttpMethod.Head, path));
        (await site.PostAsync(path)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Pending);

        (await site.PostAsync(path, ("choice", "confirm"))).Text.ShouldContain("You are in");
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Confirmed);
        (await site.PostAsync(path, ("choice", "confirm"))).Text.ShouldContain("Already confirmed");
        (await site.GetAsync(path)).Text.ShouldContain("Already confirmed");
        (await site.CountAsync($"notices where subscriber_id = {reader.Id} and kind = 'welcome'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("/u/", TokenPurpose.Unsubscribe)]
    [InlineData("/preferences/", TokenPurpose.Preferences)]
    public async Task Opening_a_link_of_an_issue_in_doubt_shows_that_its_mail_arrived(string page, TokenPurpose purpose)
    {
        await using var site = await PublicSite.StartAsync();
        var (reader, other) = (await site.ReaderAsync(), await site.ReaderAsync());
        var issue = await site.Database.IssueAsync(site.Newsletter.Id, Week.Of(new DateOnly(2026, 11, 23)), PublicSite.Start, IssueState.Sent);
        await site.Database.LedgerAsync(issue.Id);
        await site.Database.ExecuteAsync("""
            insert into digest.deliveries (issue_id, subscriber_id, state, variant, due_at, expires_at, attempts)
            select $1, id, 'in_doubt', '', now(), now(), 0 from digest.subscribers
            """, issue.Id);
        var link = page + site.Link(purpose, reader);

        foreach (var path in (string[])[link, $"{link}?i=", $"{link}?i=x", $"{link}?i={issue.Id + 1}", $"{page}nonsense?i={issue.Id}"])
        {
            (await site.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);
            (await site.Database.StateAsync(issue.Id, reader.Id)).ShouldBe(DeliveryState.InDoubt, path);
        }

        await site.GetAsync($"{link}?i={issue.Id}");

        (await site.Database.StateAsync(issue.Id, reader.Id)).ShouldBe(DeliveryState.Accepted);
        (await site.Database.StateAsync(issue.Id, other.Id)).ShouldBe(DeliveryState.InDoubt);
        (await site.ReloadAsync(reader)).ShouldBeEquivalentTo(reader);
        await site.PostAsync($"/u/{site.Link(TokenPurpose.Unsubscribe, other)}?i={issue.Id}", ("List-Unsubscribe", "One-Click"));
        (await site.Database.StateAsync(issue.Id, other.Id)).ShouldBe(DeliveryState.Accepted);
        (await site.ReloadAsync(other)).State.ShouldBe(SubscriberState.Unsubscribed);
    }

    [Fact]
    public async Task H3_An_old_confirmation_link_offers_to_ask_again()
    {
        await using var site = await PublicSite.StartAsync();
        var reader = await site.ReaderAsync(SubscriberState.Pending);
        var path = $"/confirm/{site.Link(TokenPurpose.Confirm, reader)}";
        site.Time.Advance(TimeSpan.FromDays(8));

        var page = await site.PostAsync(path, ("choice", "confirm"));

        page.Text.ShouldContain("out of date");
        page.Text.ShouldContain("action=\"/signal\"");
        (await site.ReloadAsync(reader)).State.ShouldBe(SubscriberState.Pending);
    }

    [Fact]
    public async Task A_reader_pauses_resumes_and_chooses_a_zone()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();
        var path = $"/preferences/{site.Link(TokenPurpose.Preferences, reader)}";

        (await site.PostAsync(path, ("choice", "pause"), ("weeks", "4"))).Text.ShouldContain("until 22 December 2026");
        (await site.ReloadAsync(reader)).PausedUntil.ShouldBe(PublicSite.Start.AddDays(28));

        (await site.PostAsync(path, ("choice", "resume"))).Text.ShouldContain("Saved.");
        (await site.ReloadAsync(reader)).PausedUntil.ShouldBeNull();

        (await site.PostAsync(path, ("choice", "zone"), ("zone", "Asia/Tokyo"))).Text.ShouldContain("""<option value="Asia/Tokyo" selected="selected">""");
        (await site.ReloadAsync(reader)).TimeZone.ShouldBe("Asia/Tokyo");

        (await site.PostAsync(path, ("choice", "zone"), ("zone", ""))).Status.ShouldBe(HttpStatusCode.OK);
        (await site.ReloadAsync(reader)).TimeZone.ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_chooses_topics_and_goes_back_to_everything()
    {
        await using var site = await PublicSite.StartAsync();
        await TopicsAsync(site, new("agents", "Agents & tools"), new("policy", "Policy"), new("chips", "Chips"));
        var reader = await site.ReaderAsync();
        var path = $"/preferences/{site.Link(TokenPurpose.Preferences, reader)}";
        (await site.GetAsync(path)).Text.ShouldContain("You get everything.");

        var saved = await ChooseAsync(site, path, "policy", "agents", "policy");

        saved.Text.ShouldContain("Saved: you get stories about Agents &amp; tools, Policy.");
        saved.Text.ShouldContain("""value="policy" checked="checked">""");
        saved.Text.ShouldNotContain("""value="chips" checked""");
        (await site.ReloadAsync(reader)).Topics.ShouldBe(["agents", "policy"]);

        (await ChooseAsync(site, path)).Text.ShouldContain("Saved: you get everything.");
        (await site.ReloadAsync(reader)).Topics.ShouldBeEmpty();
        await ChooseAsync(site, path, "chips");
        (await ChooseAsync(site, path, "agents", "policy", "chips")).Text.ShouldContain("Saved: you get everything.");
        (await site.ReloadAsync(reader)).Topics.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_topic_of_another_newsletter_changes_nothing_and_the_other_forms_change_no_topics()
    {
        await using var site = await PublicSite.StartAsync();
        await TopicsAsync(site, new("agents", "Agents"), new("policy", "Policy"));
        var reader = await site.ReaderAsync();
        var path = $"/preferences/{site.Link(TokenPurpose.Preferences, reader)}";
        await ChooseAsync(site, path, "agents");

        var refused = await ChooseAsync(site, path, "agents", "sport");

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Text.ShouldContain("no topic of this newsletter");
        await site.PostAsync(path, ("choice", "zone"), ("zone", "Asia/Tokyo"));
        await site.PostAsync(path, ("choice", "pause"), ("weeks", "1"));
        (await site.ReloadAsync(reader)).Topics.ShouldBe(["agents"]);
    }

    [Fact]
    public async Task Without_topics_of_the_newsletter_there_is_nothing_to_choose_and_sign_up_never_asks()
    {
        await using var site = await PublicSite.StartAsync();
        var path = $"/preferences/{site.Link(TokenPurpose.Preferences, await site.ReaderAsync())}";

        (await site.GetAsync(path)).Text.ShouldNotContain("Your topics");
        (await ChooseAsync(site, path, "agents")).Status.ShouldBe(HttpStatusCode.BadRequest);
        await TopicsAsync(site, new("agents", "Agents"), new("policy", "Policy"));
        (await site.GetAsync(path)).Text.ShouldContain("Your topics");
        (await site.GetAsync("/signal")).Text.ShouldNotContain("Policy");
    }

    [Theory]
    [InlineData("pause", "weeks", "0")]
    [InlineData("pause", "weeks", "many")]
    [InlineData("zone", "zone", "Mars/Olympus")]
    [InlineData("other", "zone", "Asia/Tokyo")]
    public async Task A_choice_that_makes_no_sense_is_answered_with_a_sentence(string choice, string name, string value)
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();

        var page = await site.PostAsync($"/preferences/{site.Link(TokenPurpose.Preferences, reader)}", ("choice", choice), (name, value));

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Text.ShouldContain("role=\"status\"");
        (await site.ReloadAsync(reader)).ShouldBeEquivalentTo(reader);
    }

    [Fact]
    public async Task The_preferences_lead_to_a_way_out()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();

        var page = await site.GetAsync($"/preferences/{site.Link(TokenPurpose.Preferences, reader)}");

        page.Text.ShouldContain($"href=\"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}\"");
    }

    [Fact]
    public async Task H6_No_token_page_is_kept_indexed_or_named_to_others()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();

        foreach (var path in TokenPaths(site, reader).Concat(["/u/nonsense", "/confirm/nonsense", "/preferences/nonsense"]))
        {
            foreach (var page in new[] { await site.GetAsync(path), await site.PostAsync(path, ("x", "y")) })
            {
                page.Headers["Referrer-Policy"].ShouldBe("no-referrer");
                page.Headers["Cache-Control"].ShouldBe("no-store");
                page.Headers["X-Robots-Tag"].ShouldBe("noindex");
                page.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
                page.Headers["Content-Security-Policy"].ShouldStartWith("default-src 'none'; style-src 'self'; img-src 'self';");
                page.Headers.ShouldNotContainKey("Set-Cookie");
                page.Text.ShouldNotContain("src=\"http");
                page.Text.ShouldNotContain(reader.Address);
            }
        }
    }

    [Fact]
    public async Task H7_A_link_that_is_not_ours_has_the_status_of_one_that_is()
    {
        var site = shared.Site;
        var reader = await site.ReaderAsync();

        foreach (var path in TokenPaths(site, reader))
        {
            var unknown = $"/{path.Split('/')[1]}/nonsense";
            (await site.GetAsync(unknown)).Status.ShouldBe((await site.GetAsync(path)).Status);
            (await site.GetAsync(unknown)).Text.ShouldContain("This link does not work");
        }
    }

    [Fact]
    public async Task H5_After_a_POST_no_log_line_holds_the_token_or_the_address()
    {
        await using var site = await PublicSite.StartAsync();
        var reader = await site.ReaderAsync();
        foreach (var path in TokenPaths(site, reader))
        {
            await site.GetAsync(path);
            await site.PostAsync(path, ("choice", "confirm"));
            await site.PostAsync(path, ("choice", "pause"), ("weeks", "1"));
            await site.PostAsync(path, ("List-Unsubscribe", "One-Click"));
            await site.PostAsync($"{path}/beyond", ("List-Unsubscribe", "One-Click"));
        }

        await site.PostAsync("/signal", ("address", "someone.new@example.org"));
        await site.Database.ExecuteAsync("alter table digest.subscribers rename to gone");
        (await site.PostAsync($"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}", ("List-Unsubscribe", "One-Click")))
            .Status.ShouldBe(HttpStatusCode.InternalServerError);
        (await site.PostAsync("/signal", ("address", "someone.new@example.org"))).Status.ShouldBe(HttpStatusCode.InternalServerError);

        site.Log.Lines.ShouldNotBeEmpty();
        foreach (var secret in TokenPaths(site, reader).Select(path => path.Split('/')[2]).Append(reader.Address).Append("someone.new"))
        {
            site.Log.Lines.ShouldNotContain(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static IEnumerable<string> TokenPaths(PublicSite site, Subscriber reader) =>
    [
        $"/confirm/{site.Link(TokenPurpose.Confirm, reader)}",
        $"/preferences/{site.Link(TokenPurpose.Preferences, reader)}",
        $"/u/{site.Link(TokenPurpose.Unsubscribe, reader)}",
    ];

    private static async Task TopicsAsync(PublicSite site, params Term[] topics)
    {
        await using var context = site.Database.NewContext();
        context.Update(site.Newsletter).Entity.Vocabulary = site.Newsletter.Vocabulary with { Topics = topics };
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private static Task<Page> ChooseAsync(PublicSite site, string path, params string[] topics) => site.ReadAsync(new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent([new("choice", "topics"), .. topics.Select(topic => KeyValuePair.Create("topics", topic))]),
    });
}
