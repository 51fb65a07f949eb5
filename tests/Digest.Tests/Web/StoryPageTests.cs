using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using Digest.Issues;
using Digest.Rendering;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class StoryPageTests : IAsyncLifetime
{
    private PublicSite site = null!;

    public async ValueTask InitializeAsync() => site = await PublicSite.StartAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task A_story_takes_as_long_to_read_on_its_page_as_in_the_mails_list_of_contents()
    {
        var story = PublicContent.WholeStory();
        story.Body = string.Join(' ', Enumerable.Repeat("word", 1_100));
        story.Watch = [string.Join(' ', Enumerable.Repeat("watched", 700))];
        await site.AddAsync(story);

        var page = (await site.GetAsync("/signal/stories/keys")).Parsed();
        var mail = await site.Get<MailRenderer>().RenderIssueAsync(
            new IssueModel(site.Newsletter, new Week(new DateOnly(2026, 11, 23)), [story, Seed.NewStory("other", PublicSite.Start)]));

        page.QuerySelector(".facts")!.TextContent.ShouldContain("8 min read");
        mail.Text.ShouldContain("1. Story keys (8 min)");
    }

    [Fact]
    public async Task A_story_shows_all_that_it_has_in_the_order_of_reading()
    {
        await site.AddAsync(PublicContent.WholeStory());

        var page = (await site.GetAsync("/signal/stories/keys")).Parsed();

        page.QuerySelector("h1")!.TextContent.ShouldBe("Story keys");
        page.QuerySelectorAll("article h2").Select(heading => heading.TextContent).ShouldBe(
        [
            "Key points", "Source spread", "What holds", "What deserves scrutiny", "Where the outlets disagree", "What to watch", "Sources",
            "Further reading",
        ]);
        page.QuerySelector(".facts")!.TextContent.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["23 November 2026", "1 min read", "3 sources"]);
        page.QuerySelector(".figure b")!.TextContent.ShouldBe("28.8 million");
        page.QuerySelector(".figure span")!.InnerHtml.ShouldBe("answers in <em>seven</em> weeks");
        page.QuerySelectorAll(".key li").Select(point => point.InnerHtml).ShouldBe(["Keys were <strong>shared</strong>.", "Nobody counted them."]);
        page.QuerySelectorAll(".spread li").Select(stance => $"{stance.QuerySelector(".stance")!.TextContent} {stance.QuerySelector(".count")!.TextContent}")
            .ShouldBe(["Anti 1", "Sceptical 1", "Balanced 1", "Pro 0", "Hyped 0"]);
        page.QuerySelectorAll(".weighed.both > section").Select(section => section.ClassName).ShouldBe(["holds", "scrutiny"]);
        page.QuerySelectorAll("h2").Select(heading => heading.TextContent).TakeLast(2).ShouldBe(["Liked this? Get the weekly digest.", "Your take"]);
        page.QuerySelector(".promise")!.TextContent.ShouldBe("Free. Monday mornings. The week's stories, synthesized. Unsubscribe anytime.");
        page.QuerySelector(".liked form")!.GetAttribute("action").ShouldBe("/signal");
        page.QuerySelector(".yours form")!.GetAttribute("action").ShouldBe("/signal/stories/keys/take");
        page.QuerySelectorAll("script").Select(script => script.GetAttribute("type")).ShouldBe(["application/ld+json"]);
    }

    [Fact]
    public async Task A_story_leads_to_the_issues_that_it_went_out_in_and_to_no_other()
    {
        var story = await site.AddAsync(PublicContent.WholeStory());
        await site.IssueOfAsync(PublicContent.Monday, story);
        await site.IssueOfAsync(PublicContent.Monday.Previous);
        var approved = await site.IssueOfAsync(PublicContent.Monday.Next, story);
        await site.Database.ExecuteAsync("update digest.issues set state = 'approved', queued_at = null where id = $1", approved.Id);

        var page = (await site.GetAsync("/signal/stories/keys")).Parsed();

        var link = page.QuerySelectorAll(".facts a").ShouldHaveSingleItem();
        link.GetAttribute("href").ShouldBe("/signal/issues/2026-11-23");
        link.ParentElement!.TextContent.ShouldBe("From the digest of 23 November 2026");
    }

    [Fact]
    public async Task What_a_story_lacks_leaves_no_empty_place()
    {
        var story = Seed.NewStory("bare", PublicSite.Start.AddDays(-1), sources: 0);
        (story.Standfirst, story.Holds, story.Scrutiny, story.Watch) = ("", [], ["Only this."], []);
        await site.AddAsync(story);

        var page = (await site.GetAsync("/signal/stories/bare")).Parsed();

        page.QuerySelectorAll("article h2").Select(heading => heading.TextContent).ShouldBe(["What deserves scrutiny"]);
        page.QuerySelector(".weighed.both").ShouldBeNull();
        page.QuerySelector(".standfirst, .figure, .corrections, .spread").ShouldBeNull();
        page.QuerySelector("meta[name=description]").ShouldBeNull();
    }

    [Fact]
    public async Task Corrections_stand_before_the_story_the_newest_first_with_their_day()
    {
        var story = await site.AddAsync(PublicContent.WholeStory());
        // 23:30 in London is the next day in Berlin.
        await site.CorrectAsync(story, "There were **two** keys.", new DateTimeOffset(2026, 11, 23, 23, 30, 0, TimeSpan.Zero));
        await site.CorrectAsync(story, "It was a Tuesday.", new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

        var page = (await site.GetAsync("/signal/stories/keys")).Parsed();

        page.QuerySelectorAll(".corrections li").Select(correction => (correction.QuerySelector("time")!.TextContent, correction.LastElementChild!.InnerHtml))
            .ShouldBe([("24 November 2026", "There were <strong>two</strong> keys."), ("23 November 2026", "It was a Tuesday.")]);
        page.QuerySelectorAll("article h2").Select(heading => heading.TextContent).First().ShouldBe("Corrections");
        page.QuerySelector("meta[property='article:modified_time']")!.GetAttribute("content").ShouldBe("2026-11-23T23:30:00Z");
    }

    [Fact]
    public async Task A_dropped_story_is_shown_nowhere()
    {
        var story = PublicContent.WholeStory();
        story.DroppedAt = PublicSite.Start;
        await site.AddAsync(story);
        await site.IssueOfAsync(PublicContent.Monday, story);

        (await site.GetAsync("/signal/stories/keys")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.GetAsync("/signal/stories/keys/take")).Status.ShouldBe(HttpStatusCode.NotFound);
        foreach (var path in (string[])["/signal/issues/2026-11-23", "/signal/issues.atom", "/signal/stories.atom", "/sitemap.xml"])
        {
            (await site.GetAsync(path)).Text.ShouldNotContain("/stories/keys", Case.Sensitive, path);
        }
    }

    [Fact]
    public async Task Machines_are_told_what_it_is_and_what_it_weighs()
    {
        var story = PublicContent.WholeStory();
        story.Title = "Keys & </script><script>alert(1)</script>";
        await site.AddAsync(story);
        await site.CorrectAsync(story, "There were **two** keys.", PublicSite.Start);
        var address = $"{site.Url}signal/stories/keys";

        var page = (await site.GetAsync("/signal/stories/keys")).Parsed();

        page.QuerySelector("link[rel=canonical]")!.GetAttribute("href").ShouldBe(address);
        page.QuerySelectorAll("link[hreflang]").Select(link => (link.GetAttribute("hreflang"), link.GetAttribute("href")))
            .ShouldBe([("en", address), ("x-default", address)]);
        page.QuerySelectorAll("link[type='application/atom+xml']").Select(link => link.GetAttribute("href"))
            .ShouldBe([$"{site.Url}signal/issues.atom", $"{site.Url}signal/stories.atom"]);
        page.QuerySelectorAll("meta[property^='og:'], meta[name^='twitter:']")
            .ToDictionary(meta => meta.GetAttribute("property") ?? meta.GetAttribute("name")!, meta => meta.GetAttribute("content"))
            .ShouldBe(
                new Dictionary<string, string?>
                {
                    ["og:type"] = "article",
                    ["og:title"] = story.Title,
                    ["og:url"] = address,
                    ["og:locale"] = "en",
                    ["og:description"] = story.Standfirst,
                    ["og:site_name"] = "The signal weekly",
                    ["twitter:card"] = "summary",
                    ["twitter:title"] = story.Title,
                    ["twitter:description"] = story.Standfirst,
                },
                ignoreOrder: true);
        page.QuerySelectorAll("script").Length.ShouldBe(1);
        var data = JsonDocument.Parse(page.QuerySelector("script")!.TextContent).RootElement;
        data.GetProperty("@context").GetString().ShouldBe("https://schema.org");
        data.GetProperty("@type").GetString().ShouldBe("NewsArticle");
        data.GetProperty("headline").GetString().ShouldBe(story.Title);
        data.GetProperty("url").GetString().ShouldBe(address);
        data.GetProperty("datePublished").GetDateTimeOffset().ShouldBe(story.PublishedAt);
        data.GetProperty("dateModified").GetDateTimeOffset().ShouldBe(PublicSite.Start);
        data.GetProperty("citation").EnumerateArray().Select(source => source.GetProperty("url").GetString())
            .ShouldBe(story.Sources.Select(source => source.Url));
        data.GetProperty("correction")[0].GetProperty("text").GetString().ShouldBe("There were two keys.");
        data.GetProperty("isPartOf").GetProperty("url").GetString().ShouldBe($"{site.Url}signal");
    }

    [Fact]
    public async Task A_story_published_elsewhere_points_there()
    {
        var story = PublicContent.WholeStory();
        story.CanonicalUrl = "https://paper.example.org/keys";
        await site.AddAsync(story);

        var page = (await site.GetAsync("/signal/stories/keys")).Parsed();

        page.QuerySelector("link[rel=canonical]")!.GetAttribute("href").ShouldBe("https://paper.example.org/keys");
        page.QuerySelectorAll(".facts a").ShouldHaveSingleItem().ParentElement!.TextContent.ShouldBe("Published at paper.example.org");
        page.QuerySelector(".facts a")!.GetAttribute("href").ShouldBe("https://paper.example.org/keys");
        page.QuerySelector("meta[property='og:url']")!.GetAttribute("content").ShouldBe("https://paper.example.org/keys");
        (await site.GetAsync("/sitemap.xml")).Text.ShouldNotContain("/stories/keys");
    }
}
