using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Digest.Issues;
using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed partial class IssuePageTests : IAsyncLifetime
{
    private const string Path = "/signal/issues/2026-11-23";

    private PublicSite site = null!;

    public async ValueTask InitializeAsync() => site = await PublicSite.StartAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task The_page_carries_the_very_words_that_were_mailed_in_a_tree_of_their_own()
    {
        var issue = await site.IssueOfAsync(PublicContent.Monday, await site.AddAsync(PublicContent.WholeStory()));
        var mailed = issue.Contents[0].Html.Replace("{{preferences_url}}", $"{site.Url}signal", StringComparison.Ordinal)
            .Replace("{{unsubscribe_url}}", $"{site.Url}signal", StringComparison.Ordinal);
        var body = mailed[(mailed.IndexOf("<body>", StringComparison.Ordinal) + "<body>".Length)..mailed.IndexOf("</body>", StringComparison.Ordinal)];

        var page = await site.GetAsync(Path);

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Text.ShouldContain("""<div class="mail"><template shadowrootmode="open"><style>@media""");
        page.Text.ShouldContain($"</style><div>{body}</div></template>");
        page.Text.ShouldNotContain("{{");
        page.Headers["Content-Security-Policy"].ShouldStartWith("default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' https:; form-action 'self'");
        var parsed = page.Parsed();
        // What knows no tree within a tree, such as this parser, has the words as text.
        parsed.QuerySelector(".mail > .plain")!.TextContent.ShouldContain("What the week brought.");
        parsed.QuerySelector("a[href$='/mail']")!.GetAttribute("href").ShouldBe($"{site.Url}signal/issues/2026-11-23/mail");
        parsed.QuerySelectorAll("h2").Select(heading => heading.TextContent)
            .ShouldBe(["Every story of this issue", "Liked this? Get the weekly digest.", "Your take"]);
        (await site.GetAsync($"{Path}/mail")).Text.ShouldBe(mailed);
    }

    [Fact]
    public async Task Words_that_are_not_those_that_were_approved_are_not_shown()
    {
        var issue = await site.IssueOfAsync(PublicContent.Monday);
        (await site.GetAsync(Path)).Status.ShouldBe(HttpStatusCode.OK);

        await site.Database.ExecuteAsync("update digest.issue_contents set html = html || 'more' where issue_id = $1", issue.Id);

        (await site.GetAsync(Path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.GetAsync($"{Path}/mail")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_was_corrected_since_it_was_frozen_stands_before_it()
    {
        var lead = await site.AddAsync(PublicContent.WholeStory("lead"));
        var second = await site.AddAsync(PublicContent.WholeStory("second"));
        var issue = await site.IssueOfAsync(PublicContent.Monday, lead, second);
        await site.CorrectAsync(lead, "The mail tells of this already.", issue.Contents[0].FrozenAt.AddMinutes(-1));
        await site.CorrectAsync(lead, "There were *two*.", PublicSite.Start.AddHours(-2));
        await site.CorrectAsync(second, "It was a Tuesday.", PublicSite.Start.AddHours(-1));

        var page = (await site.GetAsync(Path)).Parsed();

        page.QuerySelectorAll(".corrections li").Select(correction => (correction.QuerySelector("a")!.GetAttribute("href"), correction.LastElementChild!.InnerHtml))
            .ShouldBe([("/signal/stories/second", "It was a Tuesday."), ("/signal/stories/lead", "There were <em>two</em>.")]);
        page.QuerySelector("meta[property='article:modified_time']")!.GetAttribute("content").ShouldBe("2026-11-24T07:00:00Z");
    }

    [Fact]
    public async Task Every_story_is_listed_in_its_place_in_its_own_language_and_at_its_own_address()
    {
        var lead = await site.AddAsync(PublicContent.WholeStory("lead"));
        var arabic = PublicContent.WholeStory("arabic");
        (arabic.Language, arabic.CanonicalUrl) = ("ar", "https://paper.example.org/arabic");
        await site.AddAsync(arabic);
        await site.IssueOfAsync(PublicContent.Monday, arabic, lead);

        var page = (await site.GetAsync(Path)).Parsed();

        page.QuerySelectorAll(".stories li").Select(line => (line.GetAttribute("lang"), line.GetAttribute("dir"), line.QuerySelector("a")!.GetAttribute("href")))
            .ShouldBe([("ar", "rtl", "https://paper.example.org/arabic"), ("en", "ltr", "/signal/stories/lead")]);
        var data = JsonDocument.Parse(page.QuerySelector("script")!.TextContent).RootElement;
        data.GetProperty("@type").GetString().ShouldBe("PublicationIssue");
        data.GetProperty("issueNumber").GetString().ShouldBe("2026-11-23");
        data.GetProperty("hasPart").EnumerateArray().Select(story => story.GetProperty("url").GetString())
            .ShouldBe(["https://paper.example.org/arabic", $"{site.Url}signal/stories/lead"]);
    }

    [Fact]
    public async Task It_is_the_same_for_everybody_but_for_the_instant_in_its_form()
    {
        var reader = await site.ReaderAsync();
        await site.IssueOfAsync(PublicContent.Monday, await site.AddAsync(PublicContent.WholeStory()));
        var first = await site.GetAsync(Path);

        var other = await site.GetAsync(
            $"{Path}?i=1", ("Cookie", "digest.operator=x"), ("Accept-Language", "de"), ("Referer", site.Link(TokenPurpose.Unsubscribe, reader)),
            ("User-Agent", "another"));
        site.Time.Advance(TimeSpan.FromHours(1));
        var later = await site.GetAsync(Path);

        other.Text.ShouldBe(first.Text);
        later.Text.ShouldNotBe(first.Text);
        Stamp().Replace(later.Text, "").ShouldBe(Stamp().Replace(first.Text, ""));
        first.Text.ShouldNotContain(reader.Address);
        foreach (var page in (Page[])[first, other, later])
        {
            page.Headers["Cache-Control"].ShouldBe("public, max-age=60");
            page.Headers["ETag"].ShouldBe(first.Headers["ETag"]);
            page.Headers.ShouldNotContainKey("Set-Cookie");
        }
    }

    [Theory]
    [InlineData("/signal")]
    [InlineData("/signal/issues")]
    [InlineData(Path)]
    [InlineData($"{Path}/mail")]
    [InlineData("/signal/stories/keys")]
    [InlineData("/signal/issues.atom")]
    [InlineData("/signal/stories.atom")]
    [InlineData("/sitemap.xml")]
    [InlineData("/robots.txt")]
    public async Task Who_has_it_already_is_told_so_until_it_changes(string path)
    {
        var story = await site.AddAsync(PublicContent.WholeStory());
        await site.IssueOfAsync(PublicContent.Monday, story);
        var tag = (await site.GetAsync(path)).Headers["ETag"];
        site.Time.Advance(TimeSpan.FromMinutes(10));

        var known = await site.GetAsync(path, ("If-None-Match", $"\"other\", {tag}"));
        var unknown = await site.GetAsync(path, ("If-None-Match", "\"other\""));
        var head = await site.ReadAsync(new HttpRequestMessage(HttpMethod.Head, path));

        known.Status.ShouldBe(HttpStatusCode.NotModified);
        known.Text.ShouldBeEmpty();
        known.Headers["ETag"].ShouldBe(tag);
        unknown.Status.ShouldBe(HttpStatusCode.OK);
        unknown.Text.ShouldNotBeEmpty();
        head.Status.ShouldBe(HttpStatusCode.OK);
        head.Headers["ETag"].ShouldBe(tag);
        if (path.Contains("keys", StringComparison.Ordinal) || path is Path or "/signal/issues.atom" or "/signal/stories.atom" or "/sitemap.xml")
        {
            await site.CorrectAsync(story, "There were two.", site.Time.GetUtcNow());
            (await site.GetAsync(path, ("If-None-Match", tag))).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_copy_of_yesterday_is_fetched_anew_so_that_its_form_can_be_sent()
    {
        await site.IssueOfAsync(PublicContent.Monday);
        var tag = (await site.GetAsync(Path)).Headers["ETag"];

        site.Time.Advance(TimeSpan.FromDays(1));

        (await site.GetAsync(Path, ("If-None-Match", tag))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task From_an_issue_one_comes_to_those_beside_it()
    {
        foreach (var week in (Week[])[PublicContent.Monday.Previous, PublicContent.Monday, PublicContent.Monday.Next])
        {
            await site.IssueOfAsync(week);
        }

        var page = (await site.GetAsync(Path)).Parsed();

        page.QuerySelector("a[rel=prev]")!.GetAttribute("href").ShouldBe("/signal/issues/2026-11-16");
        page.QuerySelector("a[rel=next]")!.GetAttribute("href").ShouldBe("/signal/issues/2026-11-30");
    }

    [Fact]
    public async Task A_cancelled_issue_keeps_its_page_when_one_reader_has_the_mail_and_has_none_when_nobody_has()
    {
        var story = await site.AddAsync(PublicContent.WholeStory());
        var (begun, dropped, unsent) = (PublicContent.Monday, PublicContent.Monday.Next, PublicContent.Monday.Previous);
        foreach (var (week, state) in new[] { (begun, "accepted"), (unsent, "cancelled") })
        {
            var issue = await site.IssueOfAsync(week, story);
            await site.ReaderAsync();
            await site.Database.LedgerAsync(issue.Id);
            await site.Database.ExecuteAsync("""
                insert into digest.deliveries (issue_id, subscriber_id, state, variant, due_at, expires_at, attempts)
                select $1, max(id), $2, '', now(), now(), 0 from digest.subscribers
                """, issue.Id, state);
        }

        await site.Database.ExecuteAsync(
            "insert into digest.ledger_totals (issue_id, state, count) values ($1, 'accepted', 1)", (await site.IssueOfAsync(dropped, story)).Id);
        await site.Database.ExecuteAsync("update digest.issues set state = 'cancelled', state_reason = 'Cancelled by operator.'");

        var archive = (await site.GetAsync("/signal/issues")).Parsed();

        (await site.GetAsync($"/signal/issues/{begun}")).Status.ShouldBe(HttpStatusCode.OK);
        (await site.GetAsync($"/signal/issues/{begun}/mail")).Status.ShouldBe(HttpStatusCode.OK);
        (await site.GetAsync($"/signal/issues/{begun}/take")).Status.ShouldBe(HttpStatusCode.OK);
        (await site.GetAsync($"/signal/issues/{dropped}")).Status.ShouldBe(HttpStatusCode.OK);
        (await site.GetAsync($"/signal/issues/{unsent}")).Status.ShouldBe(HttpStatusCode.NotFound);
        Weeks(archive).ShouldBe([$"{dropped}", $"{begun}"]);
        (await site.GetAsync("/sitemap.xml")).Text.ShouldSatisfyAllConditions(
            map => map.ShouldContain($"/issues/{begun}"), map => map.ShouldNotContain($"/issues/{unsent}"));
    }

    [Fact]
    public async Task The_archive_shows_a_year_at_a_time()
    {
        foreach (var week in (Week[])[new(new DateOnly(2025, 12, 29)), PublicContent.Monday.Previous, PublicContent.Monday])
        {
            await site.IssueOfAsync(week);
        }

        var latest = (await site.GetAsync("/signal/issues")).Parsed();
        var earlier = (await site.GetAsync("/signal/issues?year=2025")).Parsed();

        Weeks(latest).ShouldBe(["2026-11-23", "2026-11-16"]);
        Weeks(earlier).ShouldBe(["2025-12-29"]);
        latest.QuerySelectorAll(".years a").Select(year => year.GetAttribute("href")).ShouldBe(["/signal/issues", "/signal/issues?year=2025"]);
        earlier.QuerySelector("link[rel=canonical]")!.GetAttribute("href").ShouldBe($"{site.Url}signal/issues?year=2025");
        JsonDocument.Parse(latest.QuerySelector("script")!.TextContent).RootElement.GetProperty("@type").GetString().ShouldBe("CollectionPage");
        (await site.GetAsync("/signal/issues?year=1999")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.GetAsync("/signal/issues?year=x")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static IEnumerable<string?> Weeks(IParentNode page) => page.QuerySelectorAll(".issues time").Select(time => time.GetAttribute("datetime"));

    [GeneratedRegex("name=\"stamp\" value=\"[^\"]+\"")]
    private static partial Regex Stamp();
}
