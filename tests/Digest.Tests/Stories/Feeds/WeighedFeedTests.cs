using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Digest.Stories.Feeds;
using Digest.TestKit;
using Shouldly;
using Xunit;
using static Digest.Tests.Stories.Feeds.FeedWorld;

namespace Digest.Tests.Stories.Feeds;

/// <summary>Other outlets' pieces: one event is one story, and each piece one of its sources.</summary>
public sealed class WeighedFeedTests : IAsyncLifetime
{
    private const string Paper = "Northgate council suspends benefit-checking algorithm after audit";
    private const string PaperSays = "The council stopped the system on Tuesday when auditors found it flagged renters twice as often.";
    private const string Gazette = "Audit finds bias in Northgate benefits algorithm, council pulls it";
    private const string GazetteSays = "Auditors say renters were flagged twice as often; the council suspended the system.";

    private FeedWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await FeedWorld.StartAsync();
        await world.FeedsAsync(
            world.Feed("/paper", FeedRole.Sources) with { Lens = "policy", Stance = "sceptical", Weight = 3 },
            world.Feed("/gazette", FeedRole.Sources, "Gazette") with { Lens = "builder", Stance = "pro" });
        world.Server.Serves("/paper", Rss(Item("1", Paper, "https://paper.example.org/audit?utm_source=rss", description: PaperSays)));
        world.Server.Serves("/gazette", Rss());
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_piece_begins_a_story_and_another_on_its_event_becomes_its_second_source()
    {
        await world.PollAsync();
        GazetteTells("g1");
        await world.PollLaterAsync();

        var story = (await world.StoriesAsync()).ShouldHaveSingleItem();
        (story.Title, story.Standfirst, story.Body, story.Weight, story.CanonicalUrl).ShouldBe((Paper, PaperSays, "", 3, "https://paper.example.org/audit"));
        story.Sources.Select(source => (source.Outlet, source.Url, source.Title, source.Lens, source.Stance)).ShouldBe([
            ("The Paper", "https://paper.example.org/audit", Paper, "policy", "sceptical"),
            ("Gazette", "https://gazette.example.org/g1", Gazette, "builder", "pro")]);
        (await world.ItemsAsync()).ShouldAllBe(item => item.StoryId == story.Id && item.NotTaken == null);
    }

    [Fact]
    public async Task Another_event_is_another_story()
    {
        world.Server.Serves("/gazette", Rss(Item(
            "g1", "Southport council buys benefit-checking algorithm", "https://gazette.example.org/g1", description: "The council says the system will save two posts.")));

        await world.PollAsync();

        (await world.StoriesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_page_in_two_feeds_is_one_source()
    {
        world.Server.Serves("/gazette", Rss(Item("g1", "Quite another headline", "https://paper.example.org/audit#comments")));

        await world.PollAsync();

        (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_second_piece_of_an_outlet_on_one_event_is_noted_and_no_second_source_even_when_it_is_edited()
    {
        await world.PollAsync();
        GazetteTells("g1");
        await world.PollLaterAsync();
        foreach (var more in (string[])["", " Edited."])
        {
            world.Server.Serves("/gazette", Rss(Item("g2", Gazette, "https://gazette.example.org/g2", "Fri, 13 Nov 2026 11:00:00 GMT", GazetteSays + more)));

            (await world.PollLaterAsync()).Single(poll => poll.Url.EndsWith("/gazette", StringComparison.Ordinal)).Taken.ShouldBe(new Taken(0, 0, 1));

            (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.Select(source => source.Url)
                .ShouldBe(["https://paper.example.org/audit", "https://gazette.example.org/g1"]);
            (await world.ItemsAsync()).Single(item => item.Identity == "g2").NotTaken.ShouldNotBeNull().ShouldContain("has a piece of Gazette already");
        }
    }

    [Fact]
    public async Task An_edited_piece_is_an_edited_source_and_the_storys_words_follow_only_the_first()
    {
        // One after the other: of two feeds polled at once either may begin the story.
        await world.PollAsync();
        GazetteTells("g1", date: "Fri, 13 Nov 2026 10:30:00 GMT");
        await world.PollLaterAsync();
        world.Server.Serves("/paper", Rss(Item("1", "Council suspends algorithm", "https://paper.example.org/audit", description: "It stopped.")));
        world.Server.Serves("/gazette", Rss(Item("g1", "Audit finds bias", "https://gazette.example.org/g1", "Fri, 13 Nov 2026 10:30:00 GMT")));

        await world.PollLaterAsync();

        var story = (await world.StoriesAsync()).ShouldHaveSingleItem();
        (story.Title, story.Standfirst).ShouldBe(("Council suspends algorithm", "It stopped."));
        story.Sources.Select(source => source.Title).ShouldBe(["Council suspends algorithm", "Audit finds bias"]);
    }

    [Fact]
    public async Task A_story_that_an_editor_wrote_gets_no_source_by_itself_but_no_double_either()
    {
        await world.ImportAsync("audit.md", $"---\ntitle: {Gazette}\nstandfirst: {GazetteSays}\npublished: 2026-11-13 08:00\n---\nOur take.");

        await world.PollAsync();

        (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.ShouldBeEmpty();
        (await world.ItemsAsync()).Single().NotTaken.ShouldNotBeNull().ShouldContain("'audit', which an editor wrote");
    }

    [Fact]
    public async Task What_already_went_to_readers_is_not_added_to()
    {
        await world.PollAsync();
        var story = (await world.StoriesAsync()).Single();
        var issue = await world.Database.IssueAsync(world.Newsletter.Id, new Week(new DateOnly(2026, 11, 16)), new DateTimeOffset(2026, 11, 16, 6, 0, 0, TimeSpan.Zero), IssueState.Sent);
        await world.Database.ExecuteAsync("insert into digest.issue_stories (issue_id, story_id, position, reason, score) values ($1, $2, 0, '', 0)", issue.Id, story.Id);
        GazetteTells("g1", date: "Mon, 16 Nov 2026 10:00:00 GMT");

        await world.PollLaterAsync(hours: 4 * 24);

        (await world.StoriesAsync()).Select(s => s.Sources.Count).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task What_a_cancelled_issue_gave_back_is_open_again()
    {
        await world.PollAsync();
        var story = (await world.StoriesAsync()).Single();
        var issue = await world.Database.IssueAsync(world.Newsletter.Id, new Week(new DateOnly(2026, 11, 16)), new DateTimeOffset(2026, 11, 16, 6, 0, 0, TimeSpan.Zero), IssueState.Cancelled);
        await world.Database.ExecuteAsync("update digest.issues set queued_at = now() where id = $1", issue.Id);
        await world.Database.ExecuteAsync("insert into digest.issue_stories (issue_id, story_id, position, reason, score) values ($1, $2, 0, '', 0)", issue.Id, story.Id);
        GazetteTells("g1");

        await world.PollLaterAsync();

        (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_an_editor_holds_over_is_open_whatever_the_week()
    {
        await world.PollAsync();
        await world.Database.ExecuteAsync("update digest.stories set held_to = '2026-12-14'");
        GazetteTells("g1");

        await world.PollLaterAsync();

        (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("https://Paper.example.org:443/audit?utm_campaign=x")]
    [InlineData("https://paper.example.org/audit#findings")]
    public async Task A_piece_that_an_editors_story_weighs_already_begins_no_story_however_its_address_is_written(string url)
    {
        await world.ImportAsync("weighed.md", $"---\ntitle: Quite another headline\npublished: 2026-11-13 08:00\nsources:\n  - outlet: The Paper\n    url: {url}\n---\nOur take.");

        await world.PollAsync();

        (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.ShouldHaveSingleItem().Url
            .ShouldBe($"https://paper.example.org/audit{(url.Contains('#', StringComparison.Ordinal) ? "#findings" : "")}");
    }

    [Fact]
    public async Task Pieces_that_lie_days_apart_are_two_events()
    {
        await world.PollAsync();
        GazetteTells("g1", date: "Tue, 17 Nov 2026 10:00:00 GMT");

        await world.PollLaterAsync(hours: 5 * 24);

        (await world.StoriesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_dropped_story_is_not_added_to()
    {
        await world.PollAsync();
        await world.Database.ExecuteAsync("update digest.stories set dropped_at = now()");
        GazetteTells("g1");

        await world.PollLaterAsync();

        (await world.StoriesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Runs_at_once_group_alike()
    {
        GazetteTells("g1");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(world.PollAsync)));

        (await world.StoriesAsync()).ShouldHaveSingleItem().Sources.Count.ShouldBe(2);
    }

    private void GazetteTells(string id, string date = "Fri, 13 Nov 2026 10:00:00 GMT") =>
        world.Server.Serves("/gazette", Rss(Item(id, Gazette, $"https://gazette.example.org/{id}", date, GazetteSays)));
}
