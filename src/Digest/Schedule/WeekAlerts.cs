using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Microsoft.EntityFrameworkCore;

namespace Digest.Schedule;

/// <summary>What the operator is told of a week, and that it is over when it is.</summary>
public sealed class WeekAlerts(AlertBook alerts, IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    public const string NotAssembled = "issue-not-assembled";

    public const string Skipped = "issue-skipped";

    public const string StoriesLeft = "stories-left";

    public const string Held = "issue-held";

    public const string Faulty = "issue-faulty";

    public const string Refused = "issue-refused";

    public const string Missed = "issue-missed";

    /// <summary>There may be no issue to hang this alert on; it ends with the next assembly that works.</summary>
    public Task NotAssembledAsync(Newsletter newsletter, Week week, string why, CancellationToken cancellationToken) => alerts.RaiseAsync(
        NotAssembled, newsletter.Id, issueId: null, $"{newsletter.Name}: the issue of week {week} could not be assembled. {why}",
        $"Mend that, then run `digest assemble --newsletter {newsletter.Slug} --week {week}`.",
        cancellationToken);

    public Task AssembledAsync(Newsletter newsletter, CancellationToken cancellationToken) =>
        alerts.ClearAsync(NotAssembled, newsletter.Id, issueId: null, cancellationToken);

    public Task SkippedAsync(Newsletter newsletter, Issue issue, CancellationToken cancellationToken) => alerts.RaiseAsync(
        Skipped, newsletter.Id, issue.Id, $"{newsletter.Name}: week {new Week(issue.Week)} is skipped. {issue.StateReason}",
        $"If that is wrong, import its stories and run {Verb("assemble", newsletter, issue)}; otherwise there is nothing to do.",
        cancellationToken);

    public Task StoriesLeftAsync(Newsletter newsletter, Issue issue, int left, CancellationToken cancellationToken) => alerts.RaiseAsync(
        StoriesLeft, newsletter.Id, issue.Id,
        $"{newsletter.Name}: {left} more stories of week {new Week(issue.Week)} did not fit into its issue of {issue.Stories.Count}.",
        "The reason of the issue's last story names them. Raise a story's weight or the newsletter's maximum and assemble again, or leave it.",
        cancellationToken);

    public Task HeldAsync(WaitingIssue waiting, CancellationToken cancellationToken) => alerts.RaiseAsync(
        Held, waiting.Newsletter.Id, waiting.Issue.Id, $"{waiting.Newsletter.Name}: the issue of week {waiting.Week} is due and waits for an approval.",
        $"Read it with {Verb("preview", waiting.Newsletter, waiting.Issue)}, then run {Verb("approve", waiting.Newsletter, waiting.Issue)}; "
        + $"approved by {waiting.Local(waiting.Deadline)} it goes out within ten minutes.",
        cancellationToken);

    /// <summary>Ends with an assembly that finds no error, or when somebody approves.</summary>
    public Task FaultyAsync(WaitingIssue waiting, CancellationToken cancellationToken)
    {
        var errors = waiting.Issue.Errors;
        var policy = waiting.Newsletter.Policy.WhenNobodyApproves == ApprovalDefault.Send ? ", so the policy does not approve it" : "";
        return alerts.RaiseAnewAsync(
            Faulty, waiting.Newsletter.Id, waiting.Issue.Id,
            $"{waiting.Newsletter.Name}: the preflight of week {waiting.Week} found {(errors.Count == 1 ? "an error" : $"{errors.Count} errors")}{policy}. "
                + errors[0].Finding,
            $"Look at {Verb("preflight", waiting.Newsletter, waiting.Issue)}, mend it and run {Verb("assemble", waiting.Newsletter, waiting.Issue)}; "
                + $"or send it as it is with {Verb("approve", waiting.Newsletter, waiting.Issue)}. Until {waiting.Local(waiting.Deadline)} either is in time.",
            cancellationToken);
    }

    public Task FaultlessAsync(Newsletter newsletter, Issue issue, CancellationToken cancellationToken) =>
        alerts.ClearAsync(Faulty, newsletter.Id, issue.Id, cancellationToken);

    public Task RefusedAsync(WaitingIssue waiting, string why, CancellationToken cancellationToken) => alerts.RaiseAnewAsync(
        Refused, waiting.Newsletter.Id, waiting.Issue.Id, $"{waiting.Newsletter.Name}: the issue of week {waiting.Week} could not be queued. {why}",
        $"Mend that; it is tried again every ten minutes until {waiting.Local(waiting.Deadline)}.",
        cancellationToken);

    public Task MissedAsync(WaitingIssue waiting, string why, CancellationToken cancellationToken)
    {
        var approve = waiting.Issue.ApprovedHash is null ? $"{Verb("approve", waiting.Newsletter, waiting.Issue)} and " : "";
        return alerts.RaiseAsync(
            Missed, waiting.Newsletter.Id, waiting.Issue.Id, $"{waiting.Newsletter.Name}: the issue of week {waiting.Week} was missed. {why}",
            $"To send it late, run {approve}{Verb("queue", waiting.Newsletter, waiting.Issue)}; or {Verb("cancel", waiting.Newsletter, waiting.Issue)}, which gives its stories to the next issue.",
            cancellationToken);
    }

    /// <summary>Clears the alerts whose issue has left the state they told of, by whatever way it did.</summary>
    public async Task ClearPastAsync(long newsletterId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var open = database.Alerts.Where(alert => alert.ClearedAt == null && alert.NewsletterId == newsletterId);
        var past =
            from alert in open
            join issue in database.Issues on alert.IssueId equals issue.Id
            where (alert.Kind == Skipped && issue.State != IssueState.Skipped)
                || (alert.Kind == Missed && issue.State != IssueState.Missed)
                || ((alert.Kind == Held || alert.Kind == Faulty) && issue.State != IssueState.Assembled)
                || ((alert.Kind == StoriesLeft || alert.Kind == Refused || RehearseAlerts.Kinds.Contains(alert.Kind))
                    && issue.State != IssueState.Assembled && issue.State != IssueState.Approved)
            select alert.Id;
        // An assembly that works ends it, by whatever hand.
        var assembled =
            from alert in open
            where alert.Kind == NotAssembled
                && database.Issues.Any(issue => issue.NewsletterId == newsletterId && issue.AssembledAt > alert.RaisedAt)
            select alert.Id;
        await database.Alerts.Where(alert => past.Contains(alert.Id) || assembled.Contains(alert.Id))
            .ExecuteUpdateAsync(alert => alert.SetProperty(a => a.ClearedAt, now), cancellationToken);
    }

    private static string Verb(string verb, Newsletter newsletter, Issue issue) =>
        $"`digest {verb} --newsletter {newsletter.Slug} --week {new Week(issue.Week)}`";
}
