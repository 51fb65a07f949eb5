using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;
using Digest.Stories;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class StoryLedgerTests(SharedDatabase shared) : IClassFixture<SharedDatabase>, IAsyncLifetime
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
    public async Task A_story_that_came_in_after_the_cut_off_with_an_earlier_instant_goes_into_the_next_issue()
    {
        await StoryAsync("in-time", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        await StoryAsync("late", CutOff.AddHours(-3), createdAt: CutOff.AddHours(1));
        await StoryAsync("archive", CutOff.AddDays(-40), createdAt: CutOff.AddHours(1));
        await SentAsync(Week);

        time.Advance(TimeSpan.FromDays(7));

        SlugsOf(await AssembleAsync(Week.Next)).ShouldBe(["late"]);
    }

    [Fact]
    public async Task A_story_is_used_only_when_its_issue_really_went_out()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await AssembleAsync(Week);
        (await LineAsync("one")).ShouldBe((StoryState.Candidate, Week.Monday, null));

        await SentAsync(Week);
        (await LineAsync("one")).ShouldBe((StoryState.Candidate, Week.Monday, null));

        await AcceptedAsync(issue);
        (await LineAsync("one")).ShouldBe((StoryState.Used, Week.Monday, null));
    }

    [Fact]
    public async Task A_cancelled_issue_gives_its_stories_back_and_the_next_takes_them()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        await StateAsync(Week, "cancelled");
        (await LineAsync("one")).State.ShouldBe(StoryState.Candidate);

        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("two", CutOff.AddDays(1));

        SlugsOf(await AssembleAsync(Week.Next)).ShouldBe(["one", "two"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_an_issue_holds_that_may_still_go_out_is_no_candidate_of_the_next()
    {
        newsletter.Policy = newsletter.Policy with { HoldOverWeeks = 4 };
        await SaveAsync();
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("two", CutOff.AddDays(1));

        SlugsOf(await AssembleAsync(Week.Next)).ShouldBe(["two"]);
    }

    [Fact]
    public async Task A_story_held_over_waits_for_its_week_and_a_dropped_one_for_none()
    {
        foreach (var slug in (string[])["now", "later", "never"])
        {
            await StoryAsync(slug, CutOff.AddDays(-1));
        }

        await Decide.HoldAsync(newsletter.Id, "later", Week.Next, "waits for the ruling", Cancel);
        await Decide.DropAsync(newsletter.Id, "never", "retold by another", Cancel);

        SlugsOf(await AssembleAsync(Week)).ShouldBe(["now"]);
        (await LineAsync("later")).ShouldBe((StoryState.HeldOver, Week.Next.Monday, "waits for the ruling"));
        (await LineAsync("never")).ShouldBe((StoryState.Dropped, null, "retold by another"));
        await SentAsync(Week);
        time.Advance(TimeSpan.FromDays(7));
        SlugsOf(await AssembleAsync(Week.Next)).ShouldBe(["later"]);
    }

    [Theory]
    [InlineData("sent", "The issue of 2026-11-30 is sent; keep the story for a later one, such as that of 2026-12-07.")]
    [InlineData("cancelled", "The issue of 2026-11-30 is cancelled; keep the story for a later one, such as that of 2026-12-07.")]
    public async Task A_story_is_not_kept_for_an_issue_that_takes_nothing_any_more(string state, string said)
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        await StateAsync(Week, state);
        await database.ExecuteAsync("update digest.issues set queued_at = case when $2 = 'sent' then now() end where newsletter_id = $1", newsletter.Id, state);
        await StoryAsync("two", CutOff.AddHours(1));

        (await Should.ThrowAsync<RefusedException>(() => Decide.HoldAsync(newsletter.Id, "two", Week, null, Cancel)))
            .Message.ShouldBe(said);

        (await LineAsync("two")).State.ShouldBe(StoryState.Candidate);
    }

    [Fact]
    public async Task What_did_not_fit_is_a_candidate_for_as_long_as_the_policy_says_and_then_passed_over_with_its_reason()
    {
        newsletter.Policy = newsletter.Policy with { MaximumStories = 1, HoldOverWeeks = 1 };
        await SaveAsync();
        await StoryAsync("strong", CutOff.AddDays(-1), sources: 5);
        await StoryAsync("weak", CutOff.AddDays(-1), sources: 1);
        await AssembleAsync(Week);
        await SentAsync(Week);
        (await LineAsync("weak")).State.ShouldBe(StoryState.Candidate);

        time.Advance(TimeSpan.FromDays(7));
        SlugsOf(await AssembleAsync(Week.Next)).ShouldBe(["weak"]);
        await Decide.DropAsync(newsletter.Id, "weak", "seen elsewhere", Cancel);
        await Decide.RestoreAsync(newsletter.Id, "weak", Cancel);
        await StateAsync(Week.Next, "skipped");
        await database.ExecuteAsync("delete from digest.issue_stories where issue_id in (select id from digest.issues where newsletter_id = $1 and week = $2)", newsletter.Id, Week.Next.Monday);
        time.Advance(TimeSpan.FromDays(7));
        await AssembleAsync(Week.Next.Next);

        (await LineAsync("weak")).ShouldBe((StoryState.PassedOver, null, $"did not fit into the issue of {Week}, or came too late for it"));
    }

    [Fact]
    public async Task A_decision_about_a_story_that_is_queued_is_refused()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        await SentAsync(Week);

        var refused = await Should.ThrowAsync<RefusedException>(() => Decide.DropAsync(newsletter.Id, "one", "no", Cancel));

        refused.Message.ShouldContain($"Story 'one' is in the issue of {Week}, which is queued");
        (await Should.ThrowAsync<RefusedException>(() => Decide.RestoreAsync(newsletter.Id, "nobody", Cancel))).Message.ShouldContain("'nobody'");
    }

    [Fact]
    public async Task A_correction_after_the_send_is_told_once_by_the_next_issue_and_again_when_that_one_is_cancelled()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var first = await AssembleAsync(Week);
        await SentAsync(Week);
        await AcceptedAsync(first);
        time.Advance(TimeSpan.FromDays(2));
        await Decide.CorrectAsync(newsletter.Id, "one", "It was **41**, not 14.", Cancel);
        await Decide.CorrectAsync(newsletter.Id, "one", "It was **41**, not 14.", Cancel);
        (await CorrectedAsync("one")).ShouldBeTrue();

        time.Advance(TimeSpan.FromDays(5));
        await StoryAsync("two", CutOff.AddDays(1));
        (await AssembleAsync(Week.Next)).Contents[0].Text.ShouldContain("- It was 41, not 14. (December 1, 2026)");
        await SentAsync(Week.Next);
        (await CorrectedAsync("one")).ShouldBeFalse();

        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("three", CutOff.AddDays(8));
        (await AssembleAsync(Week.Next.Next)).Contents[0].Text.ShouldNotContain("41");
        await StateAsync(Week.Next, "cancelled");
        (await AssembleAsync(Week.Next.Next)).Contents[0].Text.ShouldContain("41");
    }

    [Fact]
    public async Task A_correction_between_the_freezing_and_the_queueing_is_told_by_the_next_issue()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        time.Advance(TimeSpan.FromHours(6));
        await Decide.CorrectAsync(newsletter.Id, "one", " It was 41. ", Cancel);
        await Decide.CorrectAsync(newsletter.Id, "one", "It was 41.", Cancel);
        time.Advance(TimeSpan.FromHours(8));
        await SentAsync(Week);

        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("two", CutOff.AddDays(1));

        (await AssembleAsync(Week.Next)).Contents[0].Text.Split("It was 41.").Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_correction_made_while_the_next_issue_waits_is_told_by_it_unless_it_is_approved()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        await SentAsync(Week);
        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("two", CutOff.AddDays(1));
        var next = await AssembleAsync(Week.Next);
        time.Advance(TimeSpan.FromHours(1));

        (await Decide.CorrectAsync(newsletter.Id, "one", "It was 41.", Cancel)).ShouldBeNull();
        (await TextAsync(next)).ShouldContain("It was 41.");
        await services.GetRequiredService<ApproveIssue>().RunAsync(next.Id, "operator", null, Cancel);
        time.Advance(TimeSpan.FromHours(1));

        (await Decide.CorrectAsync(newsletter.Id, "one", "And not a Tuesday.", Cancel)).ShouldBe(Week.Next);
        (await TextAsync(next)).ShouldNotContain("And not a Tuesday.");
        (await database.ScalarAsync<string>("select state from digest.issues where id = $1", next.Id)).ShouldBe("approved");
    }

    [Fact]
    public async Task A_correction_of_an_issue_cancelled_after_somebody_had_it_is_told_all_the_same()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await AssembleAsync(Week);
        await SentAsync(Week);
        await AcceptedAsync(issue);
        await StateAsync(Week, "cancelled");
        time.Advance(TimeSpan.FromDays(2));
        await Decide.CorrectAsync(newsletter.Id, "one", "It was 41.", Cancel);
        (await CorrectedAsync("one")).ShouldBeTrue();

        time.Advance(TimeSpan.FromDays(5));
        await StoryAsync("two", CutOff.AddDays(1));

        (await AssembleAsync(Week.Next)).Contents[0].Text.ShouldContain("It was 41.");
    }

    [Fact]
    public async Task A_missed_issue_has_told_nobody_until_it_is_queued()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await AssembleAsync(Week);
        await SentAsync(Week);
        time.Advance(TimeSpan.FromDays(2));
        await Decide.CorrectAsync(newsletter.Id, "one", "It was 41.", Cancel);
        time.Advance(TimeSpan.FromDays(5));
        await StoryAsync("two", CutOff.AddDays(1));
        (await AssembleAsync(Week.Next)).Contents[0].Text.ShouldContain("It was 41.");
        await StateAsync(Week.Next, "missed");
        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("three", CutOff.AddDays(8));

        (await AssembleAsync(Week.Next.Next)).Contents[0].Text.ShouldContain("It was 41.");
        await SentAsync(Week.Next);
        (await AssembleAsync(Week.Next.Next)).Contents[0].Text.ShouldNotContain("It was 41.");
    }

    [Fact]
    public async Task A_cancelled_issue_gives_back_what_it_held_whatever_its_window_and_whatever_came_between()
    {
        await AssembleAsync(Week);
        await StateAsync(Week, "sent");
        await StoryAsync("late", CutOff.AddHours(-3), createdAt: CutOff.AddHours(1));
        time.Advance(TimeSpan.FromDays(7));
        SlugsOf(await AssembleAsync(Week.Next)).ShouldBe(["late"]);
        time.Advance(TimeSpan.FromDays(7));
        await StoryAsync("between", CutOff.AddDays(8));
        await AssembleAsync(Week.Next.Next);
        await StateAsync(Week.Next.Next, "sent");

        await StateAsync(Week.Next, "cancelled");
        (await LineAsync("late")).State.ShouldBe(StoryState.Candidate);
        time.Advance(TimeSpan.FromDays(7));

        SlugsOf(await AssembleAsync(Week.Next.Next.Next)).ShouldBe(["late"]);
    }

    [Fact]
    public async Task An_issue_cancelled_after_somebody_had_it_gives_nothing_back()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await AssembleAsync(Week);
        await SentAsync(Week);
        await AcceptedAsync(issue);
        await StateAsync(Week, "cancelled");
        time.Advance(TimeSpan.FromDays(7));

        (await AssembleAsync(Week.Next)).State.ShouldBe(IssueState.Skipped);
        (await LineAsync("one")).State.ShouldBe(StoryState.Used);
    }

    [Fact]
    public async Task A_story_dropped_from_an_approved_issue_takes_the_approval_away_at_once()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await StoryAsync("two", CutOff.AddDays(-1));
        var issue = await AssembleAsync(Week);
        await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", null, Cancel);

        await Decide.DropAsync(newsletter.Id, "one", "retold by another", Cancel);

        (await database.ScalarAsync<string>("select state from digest.issues where id = $1", issue.Id)).ShouldBe("assembled");
        (await database.ScalarAsync<string>("select html from digest.issue_contents where issue_id = $1", issue.Id))!.ShouldNotContain("Story one");
    }

    [Fact]
    public async Task A_decision_waits_for_an_assembly_that_is_under_way_and_is_in_what_it_froze()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await StoryAsync("two", CutOff.AddDays(-1));
        var issue = await AssembleAsync(Week);
        await database.ExecuteAsync("delete from digest.issue_stories where issue_id = $1", issue.Id);
        await using var assembly = await database.DataSource.OpenConnectionAsync(Cancel);
        await using var transaction = await assembly.BeginTransactionAsync(Cancel);
        await using var step = assembly.CreateCommand();
        // As an assembly does: its lock, then places that nobody else sees yet.
        step.CommandText = $"""
            select id from digest.newsletters where id = {newsletter.Id} for no key update;
            insert into digest.issue_stories (issue_id, story_id, position, reason, score)
            select {issue.Id}, id, row_number() over (order by id) - 1, '', 0 from digest.stories where newsletter_id = {newsletter.Id}
            """;
        await step.ExecuteNonQueryAsync(Cancel);

        var drop = Decide.DropAsync(newsletter.Id, "one", "retold by another", Cancel);
        while (await database.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") == 0)
        {
            Cancel.ThrowIfCancellationRequested();
            drop.IsCompleted.ShouldBeFalse();
        }

        await transaction.CommitAsync(Cancel);
        await drop;

        (await database.ScalarAsync<string>("select html from digest.issue_contents where issue_id = $1", issue.Id))!.ShouldNotContain("Story one");
        (await database.ScalarAsync<long>("select count(*) from digest.issue_stories where issue_id = $1", issue.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_feed_that_fails_is_not_an_empty_week()
    {
        newsletter.Feeds = [new FeedSettings("https://outlet.example.org/feed", "Outlet")];
        await SaveAsync();
        await database.ExecuteAsync(
            "insert into digest.feeds (newsletter_id, url, next_poll_at, failing_since, failures) values ($1, $2, now(), $3, 9)",
            newsletter.Id, "https://outlet.example.org/feed", CutOff.AddDays(-2));

        var issue = await AssembleAsync(Week);

        issue.State.ShouldBe(IssueState.Skipped);
        issue.StateReason!.ShouldEndWith("The week may not be empty: https://outlet.example.org/feed has failed since Fri 2026-11-27 16:00.");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DecideStory Decide => services.GetRequiredService<DecideStory>();

    private Task<Issue> AssembleAsync(Week week) => services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, Cancel);

    private static IEnumerable<string> SlugsOf(Issue issue) => issue.Stories.Select(place => place.Story!.Slug);

    private async Task StoryAsync(string slug, DateTimeOffset publishedAt, int sources = 3, DateTimeOffset? createdAt = null)
    {
        var story = Seed.NewStory(slug, publishedAt, sources);
        (story.NewsletterId, story.CreatedAt) = (newsletter.Id, createdAt ?? publishedAt);
        await using var context = database.NewContext();
        context.Add(story);
        await context.SaveChangesAsync(Cancel);
    }

    private async Task SaveAsync()
    {
        await using var context = database.NewContext();
        context.Update(newsletter);
        await context.SaveChangesAsync(Cancel);
    }

    private Task SentAsync(Week week) => database.ExecuteAsync(
        "update digest.issues set state = 'sent', queued_at = $3 where newsletter_id = $1 and week = $2", newsletter.Id, week.Monday, time.GetUtcNow());

    private async Task<string> TextAsync(Issue issue) =>
        (await database.ScalarAsync<string>("select text from digest.issue_contents where issue_id = $1", issue.Id))!;

    private Task StateAsync(Week week, string state) => database.ExecuteAsync(
        $"update digest.issues set state = '{state}' where newsletter_id = $1 and week = $2", newsletter.Id, week.Monday);

    private Task AcceptedAsync(Issue issue) => database.ExecuteAsync(
        "insert into digest.ledger_totals (issue_id, state, count) values ($1, 'accepted', 1)", issue.Id);

    private async Task<(StoryState State, DateOnly? Issue, string? Why)> LineAsync(string slug)
    {
        var line = (await ReadAsync()).Single(story => story.Slug == slug);
        return (line.State, line.Issue, line.Why);
    }

    private async Task<bool> CorrectedAsync(string slug) => (await ReadAsync()).Single(story => story.Slug == slug).CorrectedSinceSent;

    private Task<IReadOnlyList<StoryLine>> ReadAsync() =>
        services.GetRequiredService<StoryLedger>().ReadAsync(newsletter, CutOff.AddDays(-100), Cancel);
}
