using System.Net;
using Digest.Newsletters;
using Digest.Settings;
using Digest.Stories;
using Digest.Stories.Feeds;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Digest.Tests.Stories.Feeds.FeedWorld;

namespace Digest.Tests.Stories.Feeds;

/// <summary>Polling, against a server that answers and a database that keeps.</summary>
public sealed class PollFeedsTests : IAsyncLifetime
{
    private FeedWorld world = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await FeedWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task An_entry_of_the_publications_own_becomes_a_story()
    {
        await world.FeedsAsync(world.Feed("/own") with { Weight = 7, Topics = ["desk"] });
        world.Server.Serves("/own", Rss(Item(
            "1", "Größe &amp;amp; Zahl", "/2026/one?utm_source=rss", description: "What it &lt;b&gt;says&lt;/b&gt;.",
            more: "<category>Agents</category><content:encoded><![CDATA[<h1>Head</h1><p>See <a href='/more'>more</a>.<script>alert(1)</script></p>]]></content:encoded>")));

        (await world.PollAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(1, 0, 0));

        var story = (await world.StoriesAsync()).ShouldHaveSingleItem();
        (story.Slug, story.Title, story.Standfirst, story.Weight, story.Origin).ShouldBe(("grosse-zahl", "Größe & Zahl", "What it says.", 7, StoryOrigin.Feed));
        story.CanonicalUrl.ShouldBe(world.Server.UrlOf("/2026/one"));
        story.PublishedAt.ShouldBe(new DateTimeOffset(2026, 11, 13, 9, 30, 0, TimeSpan.Zero));
        story.Topics.ShouldBe(["desk", "Agents"]);
        story.BodyHtml.ShouldBe($"<h3>Head</h3>\n<p>See <a href=\"{world.Server.UrlOf("/more")}\">more</a>.</p>");
        StoryMarkdown.ToText(story.Body).ShouldBe($"Head\n\nSee more ({world.Server.UrlOf("/more")}).");
        story.Sources.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unchanged_feed_is_asked_for_what_changed_and_changes_nothing()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One")), etag: "\"v1\"");
        await world.PollAsync();

        (await world.PollLaterAsync()).ShouldHaveSingleItem().ShouldBe(new FeedPoll(world.Server.UrlOf("/own"), null, null));

        world.Server.Asked.Last().Headers["If-None-Match"].ShouldBe("\"v1\"");
        world.Server.Asked.Last().Headers["User-Agent"].ShouldStartWith("Digest/");
        (await world.FeedAsync("/own")).SucceededAt.ShouldBe(world.Time.GetUtcNow());
        (await world.StoriesAsync()).ShouldHaveSingleItem().UpdatedAt.ShouldBe(Start);
    }

    [Fact]
    public async Task A_server_without_entity_tags_is_asked_by_its_own_date_and_a_whole_answer_again_changes_nothing()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Answers("/own", context =>
        {
            context.Response.Headers.LastModified = "Fri, 13 Nov 2026 10:00:00 GMT";
            return context.Response.WriteAsync(Rss(Item("1", "One")));
        });
        await world.PollAsync();

        (await world.PollLaterAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(0, 0, 0));

        world.Server.Asked.Last().Headers["If-Modified-Since"].ShouldBe("Fri, 13 Nov 2026 10:00:00 GMT");
        (await world.StoriesAsync()).ShouldHaveSingleItem().UpdatedAt.ShouldBe(Start);
        (await world.ItemsAsync()).ShouldHaveSingleItem().SeenAt.ShouldBe(world.Time.GetUtcNow());
    }

    [Fact]
    public async Task An_edited_entry_changes_its_story_whatever_else_it_changes_but_not_its_week()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One")));
        await world.PollAsync();
        var before = (await world.StoriesAsync()).Single();

        world.Server.Serves("/own", Rss(Item("1", "One, corrected", "https://paper.example.org/moved", "Sat, 14 Nov 2026 09:30:00 GMT")));
        (await world.PollLaterAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(0, 1, 0));

        var after = (await world.StoriesAsync()).ShouldHaveSingleItem();
        (after.Id, after.Slug, after.Title, after.CanonicalUrl, after.PublishedAt)
            .ShouldBe((before.Id, before.Slug, "One, corrected", "https://paper.example.org/moved", before.PublishedAt));
    }

    [Fact]
    public async Task What_an_editor_has_written_since_stands()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One")));
        await world.PollAsync();
        var slug = (await world.StoriesAsync()).Single().Slug;
        (await world.ImportAsync($"{slug}.md", "---\ntitle: The editor's\npublished: 2026-11-13 10:00\n---\nWritten.")).Changed.ShouldBe(1);

        world.Server.Serves("/own", Rss(Item("1", "One, corrected")));
        (await world.PollLaterAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(0, 0, 1));

        var story = (await world.StoriesAsync()).ShouldHaveSingleItem();
        (story.Title, story.Origin).ShouldBe(("The editor's", StoryOrigin.Written));
        (await world.ItemsAsync()).Single().NotTaken.ShouldBe($"is the story '{slug}', which an editor has written; that stands.");
    }

    [Fact]
    public async Task A_new_identity_for_the_same_address_is_the_same_piece()
    {
        await world.FeedsAsync(world.Feed("/own"), world.Feed("/again"));
        world.Server.Serves("/own", Rss(Item("1", "One", "https://paper.example.org/one")));
        world.Server.Serves("/again", Rss());
        await world.PollAsync();
        world.Server.Serves("/own", Rss(Item("renamed", "One", "https://paper.example.org/one?utm_medium=feed#top")));
        world.Server.Serves("/again", Rss(Item("other", "One", "https://PAPER.example.org/one")));

        await world.PollLaterAsync();

        (await world.StoriesAsync()).ShouldHaveSingleItem();
        (await world.ItemsAsync()).Select(item => item.StoryId).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_address_that_several_entries_share_tells_none_of_them_apart()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One", "https://paper.example.org/"), Item("2", "Two", "https://paper.example.org/"), Item("3", "Two", "https://paper.example.org/")));

        await world.PollAsync();

        (await world.StoriesAsync()).Select(story => (story.Title, story.CanonicalUrl)).ShouldBe([("One", null), ("Two", null), ("Two", null)]);
    }

    [Fact]
    public async Task A_date_that_is_missing_unreadable_or_to_come_is_when_it_was_first_seen()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(
            Item("1", "One", date: null), Item("2", "Two", date: "recently"), Item("3", "Three", date: "Fri, 13 Nov 2037 09:30:00 GMT"), Item("4", "Four", date: "2026-11-13T10:00:00+01:00")));
        await world.PollAsync();
        await world.PollLaterAsync();

        (await world.StoriesAsync()).ToDictionary(story => story.Title, story => story.PublishedAt).ShouldBe(
            new Dictionary<string, DateTimeOffset> { ["Four"] = Start.AddHours(-3), ["One"] = Start, ["Two"] = Start, ["Three"] = Start }, ignoreOrder: true);
    }

    [Fact]
    public async Task Of_a_first_poll_the_last_days_are_taken_and_the_first_few_without_a_date()
    {
        await world.FeedsAsync(world.Feed("/own"));
        string[] past = [.. Enumerable.Range(1, 6).Select(number => Item($"undated-{number}", $"Undated {number}", date: null)), Item("ten-days", "Ten days", date: "Tue, 03 Nov 2026 09:30:00 GMT")];
        world.Server.Serves("/own", Rss([.. past, Item("fresh", "Fresh")]));

        (await world.PollAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(4, 0, 4));

        string[] taken = ["Fresh", "Undated 1", "Undated 2", "Undated 3"];
        (await world.StoriesAsync()).Select(story => story.Title).ShouldBe(taken, ignoreOrder: true);
        (await world.ItemsAsync()).Count(item => item.NotTaken?.StartsWith("is from before the feed's first poll", StringComparison.Ordinal) == true).ShouldBe(4);

        // What comes from now on is new, dated or not; what was passed over stays so, edited or not.
        world.Server.Serves("/own", Rss([Item("undated-7", "Undated 7", date: null), .. past.Select(item => item.Replace("</title>", ", edited</title>", StringComparison.Ordinal))]));
        await world.PollLaterAsync();

        (await world.StoriesAsync()).Select(story => story.Title)
            .ShouldBe(["Fresh", "Undated 1, edited", "Undated 2, edited", "Undated 3, edited", "Undated 7"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_feed_that_was_empty_is_polled_for_the_first_time_when_it_names_something()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss());
        await world.PollAsync();
        world.Server.Serves("/own", Rss([Item("ten-days", "Ten days", date: "Tue, 03 Nov 2026 09:30:00 GMT"), Item("fresh", "Fresh")]));

        await world.PollLaterAsync();

        (await world.StoriesAsync()).Select(story => story.Title).ShouldBe(["Fresh"]);
    }

    [Fact]
    public async Task A_feed_with_too_many_entries_says_so()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss([.. Enumerable.Range(0, 503).Select(number => Item($"{number}", $"Story {number}", date: "Fri, 02 Oct 2026 09:30:00 GMT"))]), etag: "\"v1\"");

        (await world.PollAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(0, 0, 500, LeftOut: 3));
        await world.PollLaterAsync();

        var feed = await world.FeedAsync("/own");
        (feed.FailingSince, feed.Problem).ShouldBe((null, "names 503 entries, and only the newest 500 are read; ask its publisher for a shorter one if one is missing."));
        world.Server.Serves("/own", Rss(Item("1", "One")));
        await world.PollLaterAsync();
        (await world.FeedAsync("/own")).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task An_entry_that_moves_to_the_address_of_another_story_leaves_it_that_one()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One", "https://paper.example.org/one"), Item("2", "Two", "https://paper.example.org/two")));
        await world.PollAsync();

        world.Server.Serves("/own", Rss(Item("1", "One, edited", "https://paper.example.org/two")));
        await world.PollLaterAsync();

        (await world.StoriesAsync()).ToDictionary(story => story.Title, story => story.CanonicalUrl).ShouldBe(
            new Dictionary<string, string?> { ["One, edited"] = "https://paper.example.org/one", ["Two"] = "https://paper.example.org/two" }, ignoreOrder: true);
    }

    [Fact]
    public async Task Entries_that_swap_their_addresses_or_follow_each_other_have_them()
    {
        await world.FeedsAsync(world.Feed("/own"));
        string[] places = ["one", "two", "three", "four"];
        world.Server.Serves("/own", Rss([.. places.Select(place => Item(place, place, $"https://paper.example.org/{place}"))]));
        await world.PollAsync();

        string[] moved = ["two", "one", "four", "five"];
        world.Server.Serves("/own", Rss([.. places.Zip(moved).Select(pair => Item(pair.First, $"{pair.First}, edited", $"https://paper.example.org/{pair.Second}"))]));
        await world.PollLaterAsync();

        (await world.StoriesAsync()).ToDictionary(story => story.Title, story => story.CanonicalUrl).ShouldBe(
            places.Zip(moved).ToDictionary(pair => $"{pair.First}, edited", pair => (string?)$"https://paper.example.org/{pair.Second}"), ignoreOrder: true);
    }

    [Fact]
    public async Task What_cannot_be_a_story_is_noted_with_the_reason_and_the_others_come_in()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(
            Item("old", "Old", date: "Fri, 02 Oct 2026 09:30:00 GMT"), Item("empty", ""), Item("good", "Good"), "<item><title>\u0007</title></item>"));

        (await world.PollAsync()).ShouldHaveSingleItem().Taken.ShouldBe(new Taken(1, 0, 3));

        (await world.StoriesAsync()).ShouldHaveSingleItem().Title.ShouldBe("Good");
        (await world.ItemsAsync()).Where(item => item.NotTaken is not null).Select(item => item.NotTaken).Distinct()
            .ShouldBe(["is older than 14 days.", "has neither a title nor a text."], ignoreOrder: true);
    }

    [Fact]
    public async Task Signs_that_no_text_may_hold_are_left_out_wherever_a_reference_names_them()
    {
        const string Bad = "&#0;&#x1F;&#xD800;&#xFFFF;";
        await world.FeedsAsync(world.Feed("/xml"), world.Feed("/json", FeedRole.Sources, "Gazette"));
        world.Server.Serves("/xml", Rss($"<item><guid>id{Bad}</guid><title>T{Bad}itle</title><link>https://paper.example.org/{Bad}</link><category>a{Bad}</category><description>x{Bad}&amp;#0;y</description></item>", Item("2", "Two")));
        world.Server.Serves("/json", """{ "items": [{ "id": "a\u0000\ud800", "url": "https://g.example.org/\u0000", "title": "J\u0000", "summary": "\udfff", "tags": ["\u0001"], "language": "\u0000" }, { "id": "b\u0000", "url": "https://g.example.org/b\u0000", "title": "K\u0000", "summary": "s\u0000" }] }""");

        (await world.PollAsync()).ShouldAllBe(poll => poll.Problem == null);

        (await world.StoriesAsync()).Select(story => story.Title).ShouldContain("Two");
        (await world.StoriesAsync()).Select(story => story.Title).ShouldContain("K");
    }

    [Fact]
    public async Task Only_topics_that_readers_may_choose_are_taken_by_key_or_by_label()
    {
        await world.ChangeAsync(newsletter => newsletter.Vocabulary = newsletter.Vocabulary with { Topics = [new Term("work", "Work and pay"), new Term("law", "Law")] });
        await world.FeedsAsync(world.Feed("/own") with { Topics = ["unknown"] });
        world.Server.Serves("/own", Rss(Item("1", "One", more: "<category>LAW</category><category>work AND pay</category><category>Sport</category>")));

        await world.PollAsync();

        (await world.StoriesAsync()).Single().Topics.ShouldBe(["law", "work"]);
    }

    [Fact]
    public async Task Stories_of_one_title_have_names_of_their_own()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "Weekly notes"), Item("2", "Weekly notes"), Item("3", "週報")));

        await world.PollAsync();

        var slugs = (await world.StoriesAsync()).Select(story => story.Slug).ToList();
        slugs.Distinct().Count().ShouldBe(3);
        slugs.ShouldAllBe(slug => FieldChecks.Slug(100)(slug) == null);
        slugs.ShouldContain("weekly-notes");
    }

    [Fact]
    public async Task A_story_that_was_removed_does_not_come_back()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One")));
        await world.PollAsync();
        await world.Database.ExecuteAsync("delete from digest.stories");

        world.Server.Serves("/own", Rss(Item("1", "One, edited")));
        await world.PollLaterAsync();

        (await world.StoriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Runs_at_once_ask_each_feed_once()
    {
        var paths = Enumerable.Range(0, 6).Select(number => $"/feed-{number}").ToList();
        await world.FeedsAsync([.. paths.Select(path => world.Feed(path))]);
        paths.ForEach(path => world.Server.Serves(path, Rss(Item(path[1..], $"Story of {path[1..]}"))));

        var runs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(world.PollAsync)));

        runs.SelectMany(polls => polls).Select(poll => poll.Url).Order().ShouldBe(paths.Select(world.Server.UrlOf).Order());
        paths.ShouldAllBe(path => world.Server.TimesAsked(path) == 1);
        (await world.StoriesAsync()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_feed_is_asked_when_it_is_due_and_no_more_once_it_has_left_the_settings()
    {
        await world.FeedsAsync(world.Feed("/own") with { PollMinutes = 60 });
        world.Server.Serves("/own", Rss(Item("1", "One")));
        await world.PollAsync();
        (await world.PollLaterAsync(0.9)).ShouldBeEmpty();
        (await world.PollLaterAsync(0.2)).Count.ShouldBe(1);

        await world.FeedsAsync();
        (await world.PollLaterAsync()).ShouldBeEmpty();

        await world.FeedsAsync(world.Feed("/own"));
        await world.PollLaterAsync();
        (await world.StoriesAsync()).ShouldHaveSingleItem();
        world.Server.TimesAsked("/own").ShouldBe(3);
    }

    [Fact]
    public async Task A_feed_may_be_asked_now_and_only_one_that_the_settings_name()
    {
        await world.FeedsAsync(world.Feed("/own"), world.Feed("/other"));
        world.Server.Serves("/own", Rss(Item("1", "One")));
        await world.PollAsync();
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var poll = world.Services.GetRequiredService<PollFeeds>();

        (await poll.NowAsync(world.Newsletter, world.Server.UrlOf("/own"), Token)).Count.ShouldBe(1);

        world.Server.TimesAsked("/own").ShouldBe(2);
        (await Should.ThrowAsync<RefusedException>(() => poll.NowAsync(world.Newsletter, "https://paper.example.org/none", Token))).Message.ShouldContain("https://paper.example.org/none");
    }

    [Fact]
    public async Task A_run_that_died_leaves_its_feed_to_a_later_one()
    {
        await world.FeedsAsync(world.Feed("/own"));
        world.Server.Serves("/own", Rss(Item("1", "One")));
        var claims = world.Services.GetRequiredService<FeedClaims>();
        await claims.SyncAsync(Token);
        (await claims.DueAsync(Token)).ShouldNotBeNull();

        (await world.PollAsync()).ShouldBeEmpty();
        world.Time.Advance(FeedClaims.Lease);
        (await world.PollAsync()).Count.ShouldBe(1);
    }
}
