using System.Net;
using Digest.Issues;
using Digest.Rendering;
using Digest.Stories;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class ReadingPageTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private static readonly Week Monday = new(new DateOnly(2026, 11, 23));

    [Fact]
    public async Task An_issue_that_went_out_is_shown_as_it_was_frozen_with_no_reader_in_it()
    {
        await using var site = await PublicSite.StartAsync();
        var home = $"{site.Url.GetLeftPart(UriPartial.Authority)}/signal";
        var week = Monday;
        foreach (var state in (IssueState[])[IssueState.Sending, IssueState.Paused, IssueState.Sent])
        {
            var issue = await site.Database.IssueAsync(site.Newsletter.Id, week, PublicSite.Start, state);

            var page = await site.GetAsync($"/signal/issues/{week}/mail");

            page.Status.ShouldBe(HttpStatusCode.OK);
            page.Headers["Content-Type"].ShouldBe("text/html; charset=utf-8");
            page.Headers["Content-Security-Policy"].ShouldContain("default-src 'none'; style-src 'unsafe-inline'; img-src https:; form-action 'none'");
            page.Text.ShouldBe(new SlotValues(home, home).Fill(issue.Contents[0].Html));
            (await site.GetAsync("/signal/issues")).Text.ShouldContain($"href=\"/signal/issues/{week}\"");
            (await site.GetAsync("/signal")).Text.ShouldContain($"Issue of {week}");
            week = week.Next;
        }
    }

    [Fact]
    public async Task An_issue_that_did_not_go_out_is_nowhere()
    {
        await using var site = await PublicSite.StartAsync();
        var week = Monday;
        foreach (var state in Enum.GetValues<IssueState>().Except([IssueState.Sending, IssueState.Paused, IssueState.Sent]))
        {
            await site.Database.IssueAsync(site.Newsletter.Id, week, PublicSite.Start, state);

            (await site.GetAsync($"/signal/issues/{week}")).Status.ShouldBe(HttpStatusCode.NotFound);
            (await site.GetAsync("/signal/issues")).Text.ShouldNotContain(week.ToString());
            (await site.GetAsync("/signal")).Text.ShouldNotContain(week.ToString());
            week = week.Next;
        }
    }

    [Fact]
    public async Task A_published_story_is_shown_whole_with_a_way_to_subscribe()
    {
        var site = shared.Site;
        await site.Database.StoryAsync(site.Newsletter.Id, "lead", PublicSite.Start.AddDays(-1));

        var page = await site.GetAsync("/signal/stories/lead");

        page.Status.ShouldBe(HttpStatusCode.OK);
        foreach (var words in (string[])
        [
            "<h1>Story lead</h1>", "What lead says, in one sentence.", "23 November 2026", "<p>The body of lead.</p>", "Source spread",
            "The part that holds.", "The part that deserves scrutiny.", "What to watch.", "https://outlet-1.example.org/piece",
            "Safety · Anti", "Liked this? Get the weekly digest.",
        ])
        {
            WebUtility.HtmlDecode(page.Text).ShouldContain(words);
        }

        page.Text.ShouldContain("action=\"/signal\"");
        page.Headers["Content-Security-Policy"].ShouldEndWith("style-src-attr 'unsafe-inline'");
    }

    [Fact]
    public async Task A_story_in_another_script_has_its_direction()
    {
        var site = shared.Site;
        var story = Seed.NewStory("right", PublicSite.Start.AddDays(-1));
        (story.NewsletterId, story.Language) = (site.Newsletter.Id, "ar");
        await using (var context = site.Database.NewContext())
        {
            context.Add(story);
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await site.GetAsync("/signal/stories/right")).Text.ShouldContain("<article lang=\"ar\" dir=\"rtl\">");
    }

    [Fact]
    public async Task A_story_of_tomorrow_is_shown_tomorrow()
    {
        await using var site = await PublicSite.StartAsync();
        await site.Database.StoryAsync(site.Newsletter.Id, "later", PublicSite.Start.AddHours(1));

        (await site.GetAsync("/signal/stories/later")).Status.ShouldBe(HttpStatusCode.NotFound);
        site.Time.Advance(TimeSpan.FromHours(1));
        (await site.GetAsync("/signal/stories/later")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/signal/issues/2026-11-23")]
    [InlineData("/signal/issues/yesterday")]
    [InlineData("/signal/stories/none")]
    [InlineData("/signal/a/b/c")]
    [InlineData("/nowhere/issues")]
    [InlineData("/nowhere/brand.css")]
    public async Task What_is_not_there_gets_a_kind_page(string path)
    {
        var site = shared.Site;

        foreach (var page in new[] { await site.GetAsync(path), await site.ReadAsync(new HttpRequestMessage(HttpMethod.Put, path)) })
        {
            page.Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed);
            page.Text.ShouldContain("<h1>");
            page.Headers["Content-Security-Policy"].ShouldStartWith("default-src 'none'");
        }
    }

    [Fact]
    public async Task A_page_that_breaks_says_so_kindly_and_keeps_its_status()
    {
        await using var site = await PublicSite.StartAsync();
        await site.Database.ExecuteAsync("alter table digest.newsletters rename to gone");

        var page = await site.GetAsync("/signal");

        page.Status.ShouldBe(HttpStatusCode.InternalServerError);
        page.Text.ShouldContain("Something broke on our side");
        page.Text.ShouldNotContain("newsletters");
    }

    [Fact]
    public async Task A_newsletters_colours_are_a_style_sheet()
    {
        var site = shared.Site;

        var sheet = await site.GetAsync("/signal/brand.css");

        sheet.Headers["Content-Type"].ShouldBe("text/css; charset=utf-8");
        sheet.Text.ShouldContain("--accent: #9a3412;");
        (await site.GetAsync("/public.css")).Headers["Content-Type"].ShouldBe("text/css");
        (await site.GetAsync("/icon.svg")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
