using System.Net;
using System.Xml.Linq;
using Digest.Issues;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>RFC 4287, as a feed reader reads it.</summary>
public sealed class FeedTests : IAsyncLifetime
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private PublicSite site = null!;

    public async ValueTask InitializeAsync() => site = await PublicSite.StartAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task Issues_that_went_out_are_entries_the_latest_first()
    {
        var story = await site.AddAsync(PublicContent.WholeStory());
        await site.IssueOfAsync(PublicContent.Monday.Previous);
        await site.IssueOfAsync(PublicContent.Monday, story);
        await site.Database.IssueAsync(site.Newsletter.Id, PublicContent.Monday.Next, PublicSite.Start, IssueState.Approved);

        var feed = await FeedAsync("/signal/issues.atom");

        Child(feed, "id").ShouldBe("tag:signal.example.com,2026-01-01:issues");
        Child(feed, "title").ShouldBe("The signal weekly: issues");
        Child(feed, "updated").ShouldBe("2026-11-23T08:00:00Z");
        feed.Attribute(XNamespace.Xml + "lang")!.Value.ShouldBe("en");
        LinksOf(feed).ShouldBe([("self", $"{site.Url}signal/issues.atom"), ("alternate", $"{site.Url}signal/issues")]);
        feed.Element(Atom + "author")!.Element(Atom + "name")!.Value.ShouldBe("The signal weekly");
        var entries = feed.Elements(Atom + "entry").ToList();
        entries.Select(entry => Child(entry, "id")).ShouldBe(
            ["tag:signal.example.com,2026-01-01:issues/2026-11-23", "tag:signal.example.com,2026-01-01:issues/2026-11-16"]);
        LinksOf(entries[0]).ShouldBe([("alternate", $"{site.Url}signal/issues/2026-11-23")]);
        Child(entries[0], "title").ShouldBe("Issue of 2026-11-23");
        Child(entries[0], "summary").ShouldBe("What the week brought.");
        Child(entries[0], "content").ShouldContain($"<a href=\"{site.Url}signal/stories/keys\">Story keys</a>");
    }

    [Fact]
    public async Task Stories_are_entries_whole_with_their_corrections_and_no_story_of_tomorrow()
    {
        var story = PublicContent.WholeStory();
        (story.Title, story.Language) = ("Keys < locks & \u0001 doors 🔑", "de");
        await site.AddAsync(story);
        await site.CorrectAsync(story, "There were **two**.", PublicSite.Start.AddHours(-1));
        await site.AddAsync(Seed.NewStory("tomorrow", PublicSite.Start.AddDays(1)));

        var feed = await FeedAsync("/signal/stories.atom");

        var entry = feed.Elements(Atom + "entry").ShouldHaveSingleItem();
        Child(entry, "id").ShouldBe("tag:signal.example.com,2026-01-01:stories/keys");
        Child(entry, "title").ShouldBe("Keys < locks &  doors 🔑");
        entry.Attribute(XNamespace.Xml + "lang")!.Value.ShouldBe("de");
        Child(entry, "published").ShouldBe("2026-11-23T08:00:00Z");
        Child(entry, "updated").ShouldBe("2026-11-24T07:00:00Z");
        Child(feed, "updated").ShouldBe("2026-11-24T07:00:00Z");
        entry.Element(Atom + "content")!.Attribute("type")!.Value.ShouldBe("html");
        Child(entry, "content").ShouldBe(
            "<p><strong>24 November 2026:</strong> There were <strong>two</strong>.</p><p>What keys says, in one sentence.</p><p>The body of keys.</p>");
    }

    [Fact]
    public async Task An_empty_feed_is_a_feed_and_a_newsletter_that_is_not_there_has_none()
    {
        var feed = await FeedAsync("/signal/stories.atom");

        feed.Elements(Atom + "entry").ShouldBeEmpty();
        Child(feed, "updated").ShouldBe("2026-01-01T00:00:00Z");
        (await site.GetAsync("/nowhere/issues.atom")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.GetAsync("/nowhere/stories.atom")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_reader_that_knows_only_the_date_is_answered_by_it()
    {
        await site.IssueOfAsync(PublicContent.Monday);
        var modified = (await site.GetAsync("/signal/issues.atom")).Headers["Last-Modified"];

        modified.ShouldBe("Mon, 23 Nov 2026 08:00:00 GMT");
        (await site.GetAsync("/signal/issues.atom", ("If-Modified-Since", modified))).Status.ShouldBe(HttpStatusCode.NotModified);
        await site.IssueOfAsync(PublicContent.Monday.Next);
        await site.Database.ExecuteAsync("update digest.issues set queued_at = $1 where week = '2026-11-30'", PublicSite.Start);
        (await site.GetAsync("/signal/issues.atom", ("If-Modified-Since", modified))).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<XElement> FeedAsync(string path)
    {
        var answer = await site.GetAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Headers["Content-Type"].ShouldBe("application/atom+xml; charset=utf-8");
        answer.Headers["Cache-Control"].ShouldBe("public, max-age=60");
        var feed = XDocument.Parse(answer.Text).Root!;
        feed.Name.ShouldBe(Atom + "feed");
        return feed;
    }

    private static string Child(XElement parent, string name) => parent.Elements(Atom + name).ShouldHaveSingleItem().Value;

    private static IEnumerable<(string, string)> LinksOf(XElement parent) =>
        parent.Elements(Atom + "link").Select(link => (link.Attribute("rel")!.Value, link.Attribute("href")!.Value));
}
