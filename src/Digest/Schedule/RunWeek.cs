using System.Runtime.ExceptionServices;
using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Issues.Writer;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Schedule;

/// <summary>
/// What the recurring jobs call; each may run twice, late or never in time and does the same (docs/decisions/0002).
/// The week comes from the scheduled local instants, never from "now minus seven days".
/// </summary>
public sealed partial class RunWeek(
    IDbContextFactory<DigestDbContext> contexts,
    AssembleIssue assemble,
    WriteDrafts drafts,
    ApproveIssue approve,
    ReadersHours hours,
    QueueIssue queue,
    WeekAlerts alerts,
    TimeProvider time,
    ILogger<RunWeek> logger)
{
    /// <summary>
    /// Readers' hours come at any time of the day, and the jobs look every ten minutes: rows that are queued by so much
    /// before the first of them go out on its second.
    /// </summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(10);

    /// <summary>Assembles the latest week whose cut-off has come.</summary>
    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public async Task<Issue> AssembleAsync(long newsletterId, CancellationToken cancellationToken)
    {
        var newsletter = await FindAsync(newsletterId, cancellationToken);
        var week = NewsletterCalendar.Of(newsletter).Current(time.GetUtcNow());
        var issue = await ApprovedAsync(newsletterId, week, cancellationToken) ?? await AssembleAsync(newsletter, week, cancellationToken);
        await alerts.ClearPastAsync(newsletterId, cancellationToken);
        // Last, and only here: Monday's queueing waits for no writer.
        await drafts.AfterAssemblyAsync(issue, cancellationToken);
        return issue;
    }

    /// <summary>
    /// Queues every issue whose send has come: at most the schedule's hours late it is sent, later it is marked missed
    /// with an alert. Approves by policy when nobody did and the policy says send; otherwise the issue is held with an alert.
    /// Assembles the current week first when Sunday's assembly never ran. Where readers get it at their own hour the send
    /// comes with the first of those hours, and whether it is late is still counted from the newsletter's own.
    /// </summary>
    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public async Task QueueAsync(long newsletterId, CancellationToken cancellationToken)
    {
        var newsletter = await FindAsync(newsletterId, cancellationToken);
        var calendar = NewsletterCalendar.Of(newsletter);
        var failure = await AssembleWhatSundayLeftAsync(newsletter, calendar, cancellationToken);
        foreach (var issue in await NotQueuedAsync(newsletter, cancellationToken))
        {
            var due = calendar.DueAt(new Week(issue.Week));
            var first = await FirstAsync(newsletter, new Week(issue.Week), cancellationToken);
            if (newsletter.CreatedAt <= due && first <= time.GetUtcNow())
            {
                await StepAsync(new WaitingIssue(newsletter, issue, due), cancellationToken);
            }
        }

        await alerts.ClearPastAsync(newsletterId, cancellationToken);
        failure?.Throw();
    }

    private async Task<Newsletter> FindAsync(long newsletterId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Id == newsletterId, cancellationToken)
            ?? throw new RefusedException($"There is no newsletter with the id {newsletterId}.");
    }

    /// <summary>An approved issue stays as it was approved: only an operator's own assembly takes an approval away.</summary>
    private async Task<Issue?> ApprovedAsync(long newsletterId, Week week, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Issues.OfWeek(newsletterId, week).Where(issue => issue.State == IssueState.Approved)
            .Whole().SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<Issue> AssembleAsync(Newsletter newsletter, Week week, CancellationToken cancellationToken)
    {
        var issue = await AssembleOrTellAsync(newsletter, week, cancellationToken);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var left = await database.CandidatesOf(newsletter, issue).CountAsync(cancellationToken) - issue.Stories.Count;
        if (issue.State == IssueState.Skipped)
        {
            await alerts.SkippedAsync(newsletter, issue, cancellationToken);
        }
        else if (left > 0)
        {
            await alerts.StoriesLeftAsync(newsletter, issue, left, cancellationToken);
        }

        await TellErrorsAsync(new WaitingIssue(newsletter, issue, issue.DueAt), cancellationToken);
        return issue;
    }

    /// <summary>On Sunday evening there is time to mend what Monday would stop at.</summary>
    private Task TellErrorsAsync(WaitingIssue waiting, CancellationToken cancellationToken) =>
        IsFaulty(waiting) ? alerts.FaultyAsync(waiting, cancellationToken) : alerts.FaultlessAsync(waiting.Newsletter, waiting.Issue, cancellationToken);

    private static bool IsFaulty(WaitingIssue waiting) => waiting.Issue is { State: IssueState.Assembled, Errors.Count: > 0 };

    private async Task<Issue> AssembleOrTellAsync(Newsletter newsletter, Week week, CancellationToken cancellationToken)
    {
        try
        {
            var issue = await assemble.RunAsync(newsletter.Id, week, cancellationToken);
            await alerts.AssembledAsync(newsletter, cancellationToken);
            return issue;
        }
        // Whatever it was: Hangfire shows and repeats it, but nobody reads Hangfire on a Sunday.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var why = error is RefusedException or InputException or SettingException
                ? error.Message
                : $"It is an error of the program ({error.GetType().Name}); the worker's log has all of it.";
            await alerts.NotAssembledAsync(newsletter, week, why, cancellationToken);
            throw;
        }
    }

    /// <summary>From the cut-off on, so that an editor sees on Sunday evening what Sunday afternoon could not assemble.</summary>
    /// <returns>What went wrong: told to the operator already, and no reason to keep another issue from its readers.</returns>
    private async Task<ExceptionDispatchInfo?> AssembleWhatSundayLeftAsync(
        Newsletter newsletter, NewsletterCalendar calendar, CancellationToken cancellationToken)
    {
        var week = calendar.Current(time.GetUtcNow());
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var hasCome = HasCome(newsletter, calendar.CutOff(week)) || HasCome(newsletter, calendar.DueAt(week));
        if (!hasCome || await database.Issues.OfWeek(newsletter.Id, week).AnyAsync(cancellationToken))
        {
            return null;
        }

        try
        {
            await AssembleAsync(newsletter, week, cancellationToken);
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return ExceptionDispatchInfo.Capture(error);
        }
    }

    /// <summary>
    /// Whether a send has come since the newsletter is there. An older week is nobody's miss: what an operator assembles
    /// of it by hand is queued by hand.
    /// </summary>
    private bool HasCome(Newsletter newsletter, DateTimeOffset due) => newsletter.CreatedAt <= due && due <= time.GetUtcNow();

    private async Task<DateTimeOffset> FirstAsync(Newsletter newsletter, Week week, CancellationToken cancellationToken)
    {
        var waves = await hours.ReadAsync(newsletter, week, cancellationToken);
        return waves.First < waves.Own ? waves.First - Lead : waves.Own;
    }

    private async Task<List<Issue>> NotQueuedAsync(Newsletter newsletter, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Issues.AsNoTracking()
            .Where(issue => issue.NewsletterId == newsletter.Id && (issue.State == IssueState.Assembled || issue.State == IssueState.Approved))
            .OrderBy(issue => issue.Week).ToListAsync(cancellationToken);
    }

    private Task StepAsync(WaitingIssue waiting, CancellationToken cancellationToken)
    {
        var isHeld = waiting.Issue.State == IssueState.Assembled && waiting.Newsletter.Policy.WhenNobodyApproves == ApprovalDefault.Hold;
        return time.GetUtcNow() > waiting.Deadline ? MissAsync(waiting, cancellationToken)
            : isHeld ? alerts.HeldAsync(waiting, cancellationToken)
            : IsFaulty(waiting) ? alerts.FaultyAsync(waiting, cancellationToken)
            : SendAsync(waiting, cancellationToken);
    }

    private async Task MissAsync(WaitingIssue waiting, CancellationToken cancellationToken)
    {
        var why = $"The send was due {waiting.Local(waiting.Due)} and did not happen within {waiting.Newsletter.Schedule.LatenessHours} hours.";
        // The alert first: a crash between the two repeats both, and never leaves a miss that nobody is told of.
        await alerts.MissedAsync(waiting, why, cancellationToken);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        // Conditional: whoever queues or cancels it in this moment wins, and the alert is cleared as past.
        var missed = await database.Issues
            .Where(issue => issue.Id == waiting.Issue.Id && (issue.State == IssueState.Assembled || issue.State == IssueState.Approved))
            .ExecuteUpdateAsync(
                issue => issue.SetProperty(i => i.State, IssueState.Missed).SetProperty(i => i.StateReason, why), cancellationToken);
        if (missed > 0)
        {
            LogMissed(waiting.Issue.Id, waiting.Issue.Week);
        }
    }

    private async Task SendAsync(WaitingIssue waiting, CancellationToken cancellationToken)
    {
        var issue = waiting.Issue;
        try
        {
            await MoveDueAsync(waiting, cancellationToken);
            if (issue.State == IssueState.Assembled)
            {
                await approve.RunAsync(issue.Id, ApproveIssue.Policy, seenHash: null, cancellationToken);
            }

            var queued = await queue.RunAsync(issue.Id, cancellationToken);
            LogQueued(issue.Id, issue.Week, queued.Queued, queued.Candidates);
        }
        catch (RefusedException refused)
        {
            LogRefused(issue.Id, issue.Week, refused.Message);
            await alerts.RefusedAsync(waiting, refused.Message, cancellationToken);
        }
    }

    /// <summary>The schedule may have changed since Sunday, and the send follows it.</summary>
    private async Task MoveDueAsync(WaitingIssue waiting, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await database.Issues.Where(issue => issue.Id == waiting.Issue.Id && issue.QueuedAt == null && issue.DueAt != waiting.Due)
            .ExecuteUpdateAsync(issue => issue.SetProperty(i => i.DueAt, waiting.Due), cancellationToken);
    }
}
