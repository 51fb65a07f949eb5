using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Digest.Schedule;
using Digest.Settings;
using Digest.Stories;
using Digest.TestKit;
using Digest.Tests.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Schedule;

/// <summary>What the alarm clock sets off, in time, late, twice or not at all (checklist I3 and I4).</summary>
public sealed class RunWeekTests(SharedDatabase shared) : IClassFixture<SharedDatabase>, IAsyncLifetime
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 30));

    /// <summary>Sunday 16:00 and Monday 07:00 in Berlin.</summary>
    private static readonly DateTimeOffset CutOff = new(2026, 11, 29, 15, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Due = new(2026, 11, 30, 6, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(CutOff);
    private readonly TestDatabase database = shared.Database;
    private ServiceProvider services = null!;
    private Newsletter newsletter = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunWeek Weeks => services.GetRequiredService<RunWeek>();

    public async ValueTask InitializeAsync()
    {
        services = shared.Services(time);
        newsletter = await shared.NewNewsletterAsync();
        await database.SubscribersAsync(newsletter.Id, 3);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task A_punctual_week_is_assembled_on_Sunday_and_on_Monday_approved_by_policy_and_queued()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await Weeks.AssembleAsync(newsletter.Id, Token);
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await IssueAsync(Week)).State.ShouldBe(IssueState.Assembled, "on Sunday nothing is due");
        time.SetUtcNow(Due);

        await Weeks.QueueAsync(newsletter.Id, Token);

        var issue = await IssueAsync(Week);
        issue.State.ShouldBe(IssueState.Sending);
        issue.ApprovedBy.ShouldBe("policy");
        (await DeliveriesAsync(issue)).ShouldBe(3);
        (await AlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task I5_Queueing_twice_in_parallel_queues_each_reader_once()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        time.SetUtcNow(Due);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Weeks.QueueAsync(newsletter.Id, Token)));

        (await DeliveriesAsync(await IssueAsync(Week))).ShouldBe(3);
    }

    [Fact]
    public async Task I4_A_restart_one_hour_after_the_send_assembles_what_Sunday_left_and_sends()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        time.SetUtcNow(Due.AddHours(1));

        await Weeks.QueueAsync(newsletter.Id, Token);

        var issue = await IssueAsync(Week);
        issue.State.ShouldBe(IssueState.Sending);
        (issue.WindowStart, issue.WindowEnd, issue.DueAt).ShouldBe((CutOff.AddDays(-7), CutOff, Due));
    }

    [Fact]
    public async Task What_Sunday_could_not_assemble_is_there_on_Sunday_evening()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        time.SetUtcNow(CutOff.AddHours(2));

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Assembled);
    }

    [Fact]
    public async Task Any_failure_to_assemble_is_told_and_ends_with_an_assembly_by_hand()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await using var broken = TestServices.Build(
            database, time, settings: new Dictionary<string, string?> { ["Digest:Templates:Directory"] = Path.GetTempPath() });

        await Should.ThrowAsync<SettingException>(() => broken.GetRequiredService<RunWeek>().QueueAsync(newsletter.Id, Token));

        (await AlertsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(WeekAlerts.NotAssembled);
        time.Advance(TimeSpan.FromMinutes(1));
        await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, Week, Token);
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await AlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task I4_At_the_last_allowed_minute_it_is_sent_and_after_it_missed()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await Weeks.AssembleAsync(newsletter.Id, Token);
        time.SetUtcNow(Due.AddHours(12));
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);

        time.SetUtcNow(CutOff.AddDays(7));
        await StoryAsync("two", CutOff.AddDays(1));
        await Weeks.AssembleAsync(newsletter.Id, Token);
        time.SetUtcNow(Due.AddDays(7).AddHours(12).AddSeconds(1));
        await Weeks.QueueAsync(newsletter.Id, Token);

        var missed = await IssueAsync(Week.Next);
        missed.State.ShouldBe(IssueState.Missed);
        missed.StateReason.ShouldBe("The send was due Mon 2026-12-07 07:00 (Europe/Berlin) and did not happen within 12 hours.");
        (await DeliveriesAsync(missed)).ShouldBe(0);
    }

    [Fact]
    public async Task I4_A_restart_three_days_late_marks_the_week_missed_with_the_window_of_a_punctual_run_and_says_what_to_do()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        time.SetUtcNow(Due.AddDays(3));

        await Weeks.QueueAsync(newsletter.Id, Token);
        await Weeks.QueueAsync(newsletter.Id, Token);

        var issue = await IssueAsync(Week);
        issue.State.ShouldBe(IssueState.Missed);
        (issue.WindowStart, issue.WindowEnd).ShouldBe((CutOff.AddDays(-7), CutOff));
        var alert = (await AlertsAsync()).ShouldHaveSingleItem();
        alert.Kind.ShouldBe(WeekAlerts.Missed);
        alert.IssueId.ShouldBe(issue.Id);
        alert.NextStep.ShouldBe($"To send it late, run `digest approve --newsletter {newsletter.Slug} --week 2026-11-30` and "
            + $"`digest queue --newsletter {newsletter.Slug} --week 2026-11-30`; or `digest cancel --newsletter {newsletter.Slug} --week 2026-11-30`, which gives its stories to the next issue.");
    }

    [Fact]
    public async Task I4_After_two_weeks_down_the_old_issue_is_missed_and_the_current_week_is_sent_with_all_that_nobody_had()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await Weeks.AssembleAsync(newsletter.Id, Token);
        await StoryAsync("in-the-first-week-down", CutOff.AddDays(2));
        await StoryAsync("in-the-second-week-down", CutOff.AddDays(9));
        time.SetUtcNow(Due.AddDays(14).AddHours(2));

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Missed);
        var current = await IssueAsync(Week.Next.Next);
        current.State.ShouldBe(IssueState.Sending);
        current.WindowStart.ShouldBe(CutOff);
        (await database.ScalarAsync<long>("select count(*) from digest.issue_stories where issue_id = $1", current.Id)).ShouldBe(2);
        (await AlertsAsync()).Select(alert => alert.Kind).ShouldBe([WeekAlerts.Missed]);
    }

    [Fact]
    public async Task I3_Tuesday_s_late_assembly_has_the_week_and_the_window_of_Sunday_s()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await StoryAsync("of-the-next-week", CutOff.AddHours(5));
        time.SetUtcNow(Due.AddDays(1));

        var issue = await Weeks.AssembleAsync(newsletter.Id, Token);

        issue.Week.ShouldBe(Week.Monday);
        (issue.WindowStart, issue.WindowEnd).ShouldBe((CutOff.AddDays(-7), CutOff));
        issue.Stories.ShouldHaveSingleItem().Story!.Slug.ShouldBe("one");
    }

    [Fact]
    public async Task With_the_policy_hold_nothing_goes_out_until_somebody_approves_and_then_the_next_look_sends()
    {
        newsletter.Policy = newsletter.Policy with { WhenNobodyApproves = ApprovalDefault.Hold };
        await SaveAsync();
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await Weeks.AssembleAsync(newsletter.Id, Token);
        time.SetUtcNow(Due);

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Assembled);
        var alert = (await AlertsAsync()).ShouldHaveSingleItem();
        alert.Kind.ShouldBe(WeekAlerts.Held);
        alert.NextStep.ShouldContain("approved by Mon 2026-11-30 19:00 (Europe/Berlin) it goes out within ten minutes");

        await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", null, Token);
        time.Advance(TimeSpan.FromMinutes(10));
        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);
        (await AlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_week_without_stories_is_skipped_with_an_alert_that_ends_when_they_arrive()
    {
        (await Weeks.AssembleAsync(newsletter.Id, Token)).State.ShouldBe(IssueState.Skipped);
        (await AlertsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(WeekAlerts.Skipped);

        await StoryAsync("late-import", CutOff.AddDays(-1));
        await Weeks.AssembleAsync(newsletter.Id, Token);

        (await AlertsAsync()).ShouldBeEmpty();
        time.SetUtcNow(Due);
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);
    }

    [Fact]
    public async Task Stories_that_do_not_fit_are_told()
    {
        newsletter.Policy = newsletter.Policy with { MaximumStories = 1 };
        await SaveAsync();
        await StoryAsync("one", CutOff.AddDays(-1), sources: 5);
        await StoryAsync("two", CutOff.AddDays(-1), sources: 2);

        await Weeks.AssembleAsync(newsletter.Id, Token);

        var alert = (await AlertsAsync()).ShouldHaveSingleItem();
        alert.Kind.ShouldBe(WeekAlerts.StoriesLeft);
        alert.Message.ShouldContain("1 more stories of week 2026-11-30 did not fit into its issue of 1");
    }

    [Fact]
    public async Task A_scheduled_assembly_takes_no_approval_away()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await Weeks.AssembleAsync(newsletter.Id, Token);
        await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", null, Token);
        await StoryAsync("two", CutOff.AddDays(-1));

        var again = await Weeks.AssembleAsync(newsletter.Id, Token);

        again.State.ShouldBe(IssueState.Approved);
        again.Contents.ShouldHaveSingleItem().Sha256.ShouldBe(issue.Contents[0].Sha256);
    }

    [Fact]
    public async Task A_send_that_was_moved_after_Sunday_follows_the_schedule()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await Weeks.AssembleAsync(newsletter.Id, Token);
        newsletter.Schedule = newsletter.Schedule with { SendAt = new TimeOnly(5, 0) };
        await SaveAsync();
        time.SetUtcNow(Due.AddHours(-2));

        await Weeks.QueueAsync(newsletter.Id, Token);

        var issue = await IssueAsync(Week);
        (issue.State, issue.DueAt).ShouldBe((IssueState.Sending, Due.AddHours(-2)));
    }

    [Fact]
    public async Task An_issue_that_cannot_be_queued_is_told_and_tried_again()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await Weeks.AssembleAsync(newsletter.Id, Token);
        await database.ExecuteAsync("update digest.issue_contents set html = html || ' ' where issue_id = $1", issue.Id);
        time.SetUtcNow(Due);

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await AlertsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(WeekAlerts.Refused);
        await database.ExecuteAsync("update digest.issue_contents set html = left(html, -1) where issue_id = $1", issue.Id);
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);
        (await AlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_week_that_was_due_before_the_newsletter_was_there_is_nobody_s_miss()
    {
        newsletter.CreatedAt = Due.AddHours(30);
        await SaveAsync();
        await StoryAsync("one", CutOff.AddDays(-1));
        time.SetUtcNow(Due.AddHours(31));
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await database.ScalarAsync<long>("select count(*) from digest.issues where newsletter_id = $1", newsletter.Id)).ShouldBe(0);

        await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, Week, Token);
        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Assembled, "an operator assembled it by hand and queues it by hand");
        (await AlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_readers_hour_the_issue_is_queued_ten_minutes_before_the_first_of_them_and_each_row_waits_for_its_own()
    {
        var tokyo = Due.AddHours(-8);
        await ReadersHourAsync("Asia/Tokyo");
        await StoryAsync("one", CutOff.AddDays(-1));
        await Weeks.AssembleAsync(newsletter.Id, Token);
        time.SetUtcNow(tokyo.AddMinutes(-10).AddSeconds(-1));
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await IssueAsync(Week)).State.ShouldBe(IssueState.Assembled);
        time.Advance(TimeSpan.FromSeconds(1));

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);
        (await DueAsync()).ShouldBe([tokyo, Due, Due]);
    }

    [Fact]
    public async Task With_the_readers_hour_nothing_is_queued_before_the_assembly_and_who_is_past_their_hour_gets_it_at_once()
    {
        newsletter.Schedule = newsletter.Schedule with { AssembleAt = new TimeOnly(23, 30) };
        await ReadersHourAsync("Asia/Tokyo");
        await StoryAsync("one", CutOff.AddDays(-1));
        time.SetUtcNow(Due.AddHours(-8));
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await database.ScalarAsync<long>(
            "select count(*) from digest.issues where newsletter_id = $1 and week = $2", newsletter.Id, Week.Monday)).ShouldBe(0);
        time.SetUtcNow(Due.AddHours(-7));

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await DueAsync()).ShouldBe([Due.AddHours(-7), Due, Due]);
    }

    [Fact]
    public async Task With_the_readers_hour_an_approval_that_comes_later_is_late_by_the_newsletter_s_own_hour_alone()
    {
        newsletter.Policy = newsletter.Policy with { WhenNobodyApproves = ApprovalDefault.Hold };
        await ReadersHourAsync("Asia/Tokyo", "America/New_York");
        await StoryAsync("one", CutOff.AddDays(-1));
        var issue = await Weeks.AssembleAsync(newsletter.Id, Token);
        time.SetUtcNow(Due.AddHours(-8));
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await AlertsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(WeekAlerts.Held);
        time.SetUtcNow(Due.AddHours(1));
        await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", null, Token);

        await Weeks.QueueAsync(newsletter.Id, Token);

        (await DueAsync()).ShouldBe([Due.AddHours(1), Due.AddHours(1), Due.AddHours(6)]);
    }

    [Fact]
    public async Task The_policy_sends_nothing_with_a_preflight_error_and_Sunday_tells_of_it()
    {
        await FaultyStoryAsync();

        (await Weeks.AssembleAsync(newsletter.Id, Token)).Errors.ShouldHaveSingleItem().Finding.ShouldContain("10.1.2.3");

        var sunday = (await AlertsAsync()).ShouldHaveSingleItem();
        sunday.Kind.ShouldBe(WeekAlerts.Faulty);
        sunday.Message.ShouldContain("10.1.2.3");
        sunday.NextStep.ShouldContain($"`digest preflight --newsletter {newsletter.Slug} --week 2026-11-30`");
        time.SetUtcNow(Due);
        await Weeks.QueueAsync(newsletter.Id, Token);
        (await IssueAsync(Week)).State.ShouldBe(IssueState.Assembled);
        (await AlertsAsync()).ShouldHaveSingleItem().Id.ShouldBe(sunday.Id);
    }

    [Fact]
    public async Task An_issue_whose_error_was_mended_is_sent_by_the_policy()
    {
        await FaultyStoryAsync();
        await Weeks.AssembleAsync(newsletter.Id, Token);
        await database.ExecuteAsync("update digest.stories set body_html = '<p>Mended.</p>' where newsletter_id = $1", newsletter.Id);

        (await Weeks.AssembleAsync(newsletter.Id, Token)).Errors.ShouldBeEmpty();
        (await AlertsAsync()).ShouldBeEmpty();
        time.SetUtcNow(Due);
        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);
    }

    [Fact]
    public async Task An_operator_sends_an_issue_with_its_error_in_sight()
    {
        await FaultyStoryAsync();
        var issue = await Weeks.AssembleAsync(newsletter.Id, Token);
        time.SetUtcNow(Due);
        await Weeks.QueueAsync(newsletter.Id, Token);
        var approve = services.GetRequiredService<ApproveIssue>();
        (await Should.ThrowAsync<RefusedException>(() => approve.RunAsync(issue.Id, ApproveIssue.Policy, null, Token)))
            .Message.ShouldContain("has a preflight error, so the policy does not approve it: The link");

        await approve.RunAsync(issue.Id, "operator", null, Token);
        await Weeks.QueueAsync(newsletter.Id, Token);

        (await IssueAsync(Week)).State.ShouldBe(IssueState.Sending);
        (await AlertsAsync()).ShouldBeEmpty();
    }

    /// <summary>A link that intake would refuse, as an older row may have it.</summary>
    private async Task FaultyStoryAsync()
    {
        await StoryAsync("one", CutOff.AddDays(-1));
        await database.ExecuteAsync(
            """update digest.stories set body_html = '<p><a href="https://10.1.2.3/draft">the annex</a></p>' where newsletter_id = $1""", newsletter.Id);
    }

    private async Task ReadersHourAsync(params string[] zones)
    {
        newsletter.Schedule = newsletter.Schedule with { ReadersHour = true };
        await SaveAsync();
        foreach (var zone in zones)
        {
            await database.ExecuteAsync(
                "update digest.subscribers set time_zone = $2 where id = (select min(id) from digest.subscribers where newsletter_id = $1 and time_zone is null)",
                newsletter.Id, zone);
        }
    }

    private async Task<List<DateTimeOffset>> DueAsync()
    {
        var issue = await IssueAsync(Week);
        await using var context = database.NewContext();
        return await context.Deliveries.Where(d => d.IssueId == issue.Id).OrderBy(d => d.DueAt).Select(d => d.DueAt).ToListAsync(Token);
    }

    private Task<Story> StoryAsync(string slug, DateTimeOffset publishedAt, int sources = 3) =>
        database.StoryAsync(newsletter.Id, slug, publishedAt, sources);

    private async Task<Issue> IssueAsync(Week week)
    {
        await using var context = database.NewContext();
        return await context.Issues.AsNoTracking().OfWeek(newsletter.Id, week).SingleAsync(Token);
    }

    private Task<long> DeliveriesAsync(Issue issue) =>
        database.ScalarAsync<long>("select count(*) from digest.deliveries where issue_id = $1", issue.Id);

    private async Task<List<Alert>> AlertsAsync() =>
        [.. (await services.GetRequiredService<AlertBook>().OpenAsync(Token)).Where(alert => alert.NewsletterId == newsletter.Id)];

    private async Task SaveAsync()
    {
        await using var context = database.NewContext();
        context.Update(newsletter);
        await context.SaveChangesAsync(Token);
    }
}
