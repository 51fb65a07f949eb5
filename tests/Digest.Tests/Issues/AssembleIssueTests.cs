using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Stories;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class AssembleIssueTests(SharedDatabase shared) : IClassFixture<SharedDatabase>, IAsyncLifetime
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 30));

    /// <summary>Sunday 16:00 in Berlin.</summary>
    private static readonly DateTimeOffset CutOff = new(2026, 11, 29, 15, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(CutOff.AddMinutes(1));
    private readonly TestDatabase database = shared.Database;
    private ServiceProvider services = null!;
    private Newsletter newsletter = null!;

    public async ValueTask InitializeAsync()
    {
        services = shared.Services(time);
        newsletter = await shared.NewNewsletterAsync();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task An_issue_holds_the_stories_of_its_half_open_window_in_order_and_is_frozen_with_its_hash()
    {
        await StoryAsync("too-old", CutOff.AddDays(-7).AddTicks(-10));
        await StoryAsync("at-the-start", CutOff.AddDays(-7), sources: 1);
        await StoryAsync("last-moment", CutOff.AddTicks(-10), sources: 5);
        await StoryAsync("at-the-cut-off", CutOff);

        var issue = await AssembleAsync(Week);

        issue.State.ShouldBe(IssueState.Assembled);
        (issue.WindowStart, issue.WindowEnd).ShouldBe((CutOff.AddDays(-7), CutOff));
        issue.DueAt.ShouldBe(new DateTimeOffset(2026, 11, 30, 6, 0, 0, TimeSpan.Zero));
        issue.Stories.Select(place => place.Story!.Slug).ShouldBe(["last-moment", "at-the-start"]);
        issue.Stories[0].Reason.ShouldBe(
            "1.00: 5 sources +0.30, 5 outlets through 3 lenses +0.20, stances from Anti to Hyped +0.20, published Sun 29 Nov 15:59 +0.20, "
            + "the first on its topic +0.10.");
        var content = issue.Contents.ShouldHaveSingleItem();
        content.Sha256.ShouldBe(ContentHash.Of(new RenderedMail(content.Subject, content.Preheader, content.Html, content.Text)));
        content.Html.ShouldContain("Story last-moment");
        (issue.Subject, issue.Preheader).ShouldBe((content.Subject, content.Preheader));
    }

    [Fact]
    public async Task A_week_whose_window_is_open_is_refused_and_leaves_nothing()
    {
        var refused = await Should.ThrowAsync<RefusedException>(() => AssembleAsync(Week.Next));

        refused.Message.ShouldContain("closes on Sunday 2026-12-06 16:00 in Europe/Berlin (2026-12-06 15:00 UTC)");
        (await database.ScalarAsync<long>("select count(*) from digest.issues where newsletter_id = $1", newsletter.Id)).ShouldBe(0);
    }

    [Fact]
    public async Task The_preflight_that_is_stored_looks_at_the_headers_too()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await using (var context = database.NewContext())
        {
            newsletter.Sender = newsletter.Sender with { ReplyTo = "no address" };
            context.Update(newsletter);
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var issue = await AssembleAsync(Week);

        issue.Errors.ShouldContain(finding => finding.Check == "headers");
    }

    [Fact]
    public async Task A_week_without_stories_is_a_visible_skipped()
    {
        var issue = await AssembleAsync(Week);

        issue.State.ShouldBe(IssueState.Skipped);
        issue.StateReason.ShouldBe("No story was published from Sun 2026-11-22 16:00 to Sun 2026-11-29 16:00 (Europe/Berlin).");
        issue.Contents.ShouldBeEmpty();
        issue.Stories.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, 0, "1 is held over")]
    [InlineData(0, 2, "2 are dropped")]
    [InlineData(2, 1, "2 are held over, 1 is dropped")]
    public async Task A_week_whose_stories_an_editor_took_out_says_so(int held, int dropped, string told)
    {
        for (var number = 0; number < held + dropped; number++)
        {
            await StoryAsync($"story-{number}", CutOff.AddDays(-1));
            await database.ExecuteAsync(
                number < held ? "update digest.stories set held_to = '2026-12-07' where newsletter_id = $1 and slug = $2" : "update digest.stories set dropped_at = now() where newsletter_id = $1 and slug = $2",
                newsletter.Id, $"story-{number}");
        }

        (await AssembleAsync(Week)).StateReason.ShouldBe(
            $"No story is left of those published from Sun 2026-11-22 16:00 to Sun 2026-11-29 16:00 (Europe/Berlin): {told}.");
    }

    [Fact]
    public async Task I5_Two_assemblies_at_once_are_one_issue()
    {
        await StoryAsync("one", CutOff.AddDays(-1));

        var issues = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AssembleAsync(Week)));

        issues.Select(issue => issue.Id).Distinct().ShouldHaveSingleItem();
        (await database.ScalarAsync<long>("select count(*) from digest.issues where newsletter_id = $1", newsletter.Id)).ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from digest.issue_contents where issue_id = $1", issues[0].Id)).ShouldBe(1);
    }

    [Fact]
    public async Task Assembling_again_with_the_same_stories_changes_nothing_and_keeps_the_approval()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var first = await AssembleAsync(Week);
        await ApproveAsync(first);
        time.Advance(TimeSpan.FromHours(2));

        var second = await AssembleAsync(Week);

        second.State.ShouldBe(IssueState.Approved);
        second.ApprovedHash.ShouldBe(first.Contents[0].Sha256);
        second.AssembledAt.ShouldBe(first.AssembledAt);
        second.Contents[0].Id.ShouldBe(first.Contents[0].Id);
    }

    [Fact]
    public async Task Other_stories_are_other_content_and_take_the_approval_away()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var first = await AssembleAsync(Week);
        await ApproveAsync(first);
        await StoryAsync("two", CutOff.AddDays(-2), sources: 5);

        var second = await AssembleAsync(Week);

        second.Id.ShouldBe(first.Id);
        second.State.ShouldBe(IssueState.Assembled);
        (second.ApprovedAt, second.ApprovedBy, second.ApprovedHash).ShouldBe((null, null, null));
        second.Stories.Select(place => place.Story!.Slug).ShouldBe(["two", "one"]);
        second.Contents.ShouldHaveSingleItem().Sha256.ShouldNotBe(first.Contents[0].Sha256);
    }

    [Fact]
    public async Task A_skipped_week_becomes_an_issue_when_its_stories_arrive_late()
    {
        await AssembleAsync(Week);
        await StoryAsync("late-import", CutOff.AddDays(-3));

        var issue = await AssembleAsync(Week);

        issue.State.ShouldBe(IssueState.Assembled);
        issue.StateReason.ShouldBeNull();
    }

    [Fact]
    public async Task An_issue_whose_stories_are_all_withdrawn_becomes_skipped_and_holds_no_content()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await ApproveAsync(await AssembleAsync(Week));
        await database.ExecuteAsync("update digest.stories set published_at = published_at - interval '1 year' where newsletter_id = $1", newsletter.Id);

        var issue = await AssembleAsync(Week);

        issue.State.ShouldBe(IssueState.Skipped);
        issue.ApprovedHash.ShouldBeNull();
        issue.Contents.ShouldBeEmpty();
        issue.Stories.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(IssueState.Sending)]
    [InlineData(IssueState.Paused)]
    [InlineData(IssueState.Sent)]
    [InlineData(IssueState.Cancelled)]
    public async Task What_is_queued_or_cancelled_is_returned_as_it_is(IssueState state)
    {
        var seeded = await database.IssueAsync(newsletter.Id, Week, CutOff.AddHours(15), state);
        await StoryAsync("new", CutOff.AddHours(-1));

        var issue = await AssembleAsync(Week);

        issue.State.ShouldBe(state);
        issue.Contents.ShouldHaveSingleItem().Sha256.ShouldBe(seeded.Contents[0].Sha256);
    }

    [Fact]
    public async Task What_does_not_fit_is_named_beside_the_last_story_that_does()
    {
        newsletter.Policy = newsletter.Policy with { MaximumStories = 2 };
        await SaveAsync(newsletter);
        foreach (var n in Enumerable.Range(1, 4))
        {
            await StoryAsync($"story-{n}", CutOff.AddDays(-1), sources: n);
        }

        var issue = await AssembleAsync(Week);

        issue.Stories.Select(place => place.Story!.Slug).ShouldBe(["story-4", "story-3"]);
        issue.Stories[1].Reason.ShouldEndWith("Last of 2; 2 did not fit: story-2, story-1.");
    }

    [Fact]
    public async Task I3_A_window_starts_where_the_previous_one_ended_even_when_the_schedule_changed_in_between()
    {
        await AssembleAsync(Week);
        newsletter.Schedule = newsletter.Schedule with { AssembleAt = new TimeOnly(20, 0) };
        await SaveAsync(newsletter);
        time.Advance(TimeSpan.FromDays(8));

        var next = await AssembleAsync(Week.Next);

        next.WindowStart.ShouldBe(CutOff);
        next.WindowEnd.ShouldBe(CutOff.AddDays(7).AddHours(4));
    }

    [Fact]
    public async Task I3_A_week_that_was_left_out_goes_into_the_next_issue_and_can_have_none_of_its_own_any_more()
    {
        await AssembleAsync(Week);
        await StoryAsync("of-the-week-left-out", CutOff.AddDays(1));
        time.Advance(TimeSpan.FromDays(14));

        var later = await AssembleAsync(Week.Next.Next);

        later.WindowStart.ShouldBe(CutOff);
        later.Stories.ShouldHaveSingleItem().Story!.Slug.ShouldBe("of-the-week-left-out");
        var refused = await Should.ThrowAsync<RefusedException>(() => AssembleAsync(Week.Next));
        refused.Message.ShouldContain("Week 2026-12-07 can have no issue of its own: its stories belong to the issue of 2026-12-14");
    }

    private Task<Issue> AssembleAsync(Week week) =>
        services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, TestContext.Current.CancellationToken);

    private Task ApproveAsync(Issue issue) =>
        services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", null, TestContext.Current.CancellationToken);

    private Task<Story> StoryAsync(string slug, DateTimeOffset publishedAt, int sources = 3) =>
        database.StoryAsync(newsletter.Id, slug, publishedAt, sources);

    private async Task SaveAsync(Newsletter changed)
    {
        await using var context = database.NewContext();
        context.Update(changed);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
