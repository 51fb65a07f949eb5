using Digest.Data;
using Digest.Issues;
using Digest.Operators;
using Digest.Settings;
using Digest.Smtp;
using Microsoft.EntityFrameworkCore;

namespace Digest.Deliveries;

/// <summary>What an operator may do to an issue on its way. Each takes effect at the next begin and says what it did.</summary>
public sealed class IssueControls(
    IDbContextFactory<DigestDbContext> contexts, SettleUnsent unsent, OpenRows openRows, IssueProgress progress, AlertBook alerts, TimeProvider time)
{
    private const int FastestPerMinute = 1_000_000;

    /// <summary>Nothing of the issue is claimed or begun until it is resumed; what is begun gets its reply.</summary>
    /// <returns>One sentence of what was done.</returns>
    /// <exception cref="RefusedException">The issue is not being sent.</exception>
    public async Task<string> PauseAsync(long issueId, string reason, CancellationToken cancellationToken)
    {
        var title = await ChangeAsync(issueId, (_, issue) =>
        {
            Refuse(issue.State != IssueState.Sending, issue, "only one that is being sent can be paused");
            issue.State = IssueState.Paused;
            issue.StateReason = reason;
            return Task.FromResult(issue.Title());
        }, cancellationToken);
        var open = await openRows.CountAsync(issueId, cancellationToken);
        return $"{title} is paused: {Deliveries(open.Waiting)} {(open.Waiting == 1 ? "waits" : "wait")}, "
            + $"and {open.Begun} {(open.Begun == 1 ? "message that had begun still gets its" : "messages that had begun still get their")} reply.";
    }

    /// <returns>What was done, in two sentences.</returns>
    /// <exception cref="RefusedException">The issue is not paused.</exception>
    public async Task<string> ResumeAsync(long issueId, CancellationToken cancellationToken)
    {
        var (newsletterId, title) = await ChangeAsync(issueId, (_, issue) =>
        {
            Refuse(issue.State != IssueState.Paused, issue, "only a paused one can be resumed");
            issue.State = IssueState.Sending;
            issue.StateReason = issue.PerMinute is { } pace ? $"Held to {pace} messages a minute." : null;
            return Task.FromResult((issue.NewsletterId, issue.Title()));
        }, cancellationToken);
        await alerts.ClearAsync(RunPause.Alert, newsletterId, issueId, cancellationToken);
        var open = await openRows.CountAsync(issueId, cancellationToken);
        return $"{title} goes on. {Deliveries(open.Waiting)} {(open.Waiting == 1 ? "waits" : "wait")}, {open.Due} of them due now; "
            + $"{open.Expired} expired meanwhile and {(open.Expired == 1 ? "is" : "are")} not sent.";
    }

    private static string Deliveries(int count) => $"{count} {(count == 1 ? "delivery" : "deliveries")}";

    /// <summary>Withdraws the issue; deliveries not begun become cancelled. What a crash leaves undone another cancel does, or the workers' sweep.</summary>
    /// <returns>How many deliveries are cancelled, by whichever run, and how many messages are begun and still get their reply.</returns>
    /// <exception cref="RefusedException">The issue has already been sent.</exception>
    public async Task<(int Cancelled, int Open)> CancelAsync(long issueId, string by, CancellationToken cancellationToken)
    {
        // First the issue, which every mark reads: a million rows take seconds, in which the lanes would go on.
        var (newsletterId, hasRows) = await ChangeAsync(issueId, (_, issue) =>
        {
            Refuse(issue.State == IssueState.Sent, issue, "it is too late to cancel it");
            issue.StateReason = issue.State == IssueState.Cancelled ? issue.StateReason : $"Cancelled by {by}.";
            issue.State = IssueState.Cancelled;
            return Task.FromResult((issue.NewsletterId, issue.QueuedAt is not null && issue.LedgerDroppedAt is null));
        }, cancellationToken);
        if (hasRows)
        {
            await unsent.WithdrawAsync(issueId, cancellationToken);
        }

        foreach (var alert in (string[])[RunPause.Alert, JudgeCanary.Waits, FinishWatch.Late])
        {
            await alerts.ClearAsync(alert, newsletterId, issueId, cancellationToken);
        }

        // Of the ledger, as a worker's sweep may have taken some of the pieces.
        var ledger = await progress.ReadAsync(issueId, cancellationToken);
        return (ledger.Count(DeliveryState.Cancelled), ledger.Count(DeliveryState.Claimed));
    }

    /// <summary>
    /// Limits the pace of one issue over all workers, or lifts that limit. What is claimed and not begun is taken back, so
    /// that the new pace counts from the next message on.
    /// </summary>
    /// <param name="issueId">The issue.</param>
    /// <param name="perMinute">Messages a minute; none is as fast as the relays allow.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>One sentence of what was done.</returns>
    /// <exception cref="RefusedException">No such pace, or nothing of the issue is sent any more.</exception>
    public Task<string> SlowAsync(long issueId, int? perMinute, string by, CancellationToken cancellationToken) =>
        ChangeAsync(issueId, async (database, issue) =>
        {
            Refuse(issue.State is not (IssueState.Assembled or IssueState.Approved or IssueState.Sending or IssueState.Paused),
                issue, "nothing of it is sent any more");
            if (perMinute is < 1 or > FastestPerMinute)
            {
                throw new RefusedException($"An issue goes out at 1 to {FastestPerMinute} messages a minute; to stop it, pause it.");
            }

            var before = issue.PerMinute;
            issue.PerMinute = perMinute;
            issue.StateReason = issue.State != IssueState.Sending ? issue.StateReason
                : perMinute is null ? null : $"Held to {perMinute} messages a minute by {by}.";
            var back = await TakeBackAsync(database, issueId, cancellationToken);
            return $"{issue.Title()} goes out {Pace(perMinute)} from the next message on; before that {Pace(before)}. "
                + $"{Deliveries(back)} claimed and not begun {(back == 1 ? "waits" : "wait")} again.";
        }, cancellationToken);

    private static string Pace(int? perMinute) =>
        perMinute is null ? "as fast as the relays allow" : $"at {perMinute} {(perMinute == 1 ? "message" : "messages")} a minute at most";

    private static Task<int> TakeBackAsync(DigestDbContext database, long issueId, CancellationToken cancellationToken) =>
        database.Deliveries
            .Where(d => d.IssueId == issueId && d.State == DeliveryState.Claimed && d.BegunAt == null)
            .ExecuteUpdateAsync(row => row
                .SetProperty(d => d.State, d => d.Attempts > 0 ? DeliveryState.Deferred : DeliveryState.Queued)
                .SetProperty(d => d.ClaimedBy, (Guid?)null)
                .SetProperty(d => d.ClaimedAt, (DateTimeOffset?)null), cancellationToken);

    /// <summary>Settles a delivery in doubt by an operator's word: accepted, or queued again with the same Message-ID.</summary>
    /// <exception cref="RefusedException">The delivery is not in doubt, or its issue was cancelled.</exception>
    public Task SettleDoubtAsync(long issueId, long subscriberId, bool sendAgain, string by, CancellationToken cancellationToken) =>
        ChangeAsync(issueId, async (database, issue) =>
        {
            Refuse(sendAgain && issue.State == IssueState.Cancelled, issue, "nothing of it is sent any more");
            var doubted = database.Deliveries
                .Where(d => d.IssueId == issueId && d.SubscriberId == subscriberId && d.State == DeliveryState.InDoubt);
            var settled = sendAgain
                ? await QueueAgainAsync(database, issue, doubted, by, cancellationToken)
                : await doubted.ExecuteUpdateAsync(row => row
                    .SetProperty(d => d.State, DeliveryState.Accepted)
                    .SetProperty(d => d.SettledAt, time.GetUtcNow())
                    .SetProperty(d => d.Reply, $"taken as accepted by {by}"), cancellationToken);
            return settled == 1 ? settled : throw new RefusedException($"The delivery to subscriber {subscriberId} is not in doubt.");
        }, cancellationToken);

    private async Task<int> QueueAgainAsync(
        DigestDbContext database, Issue issue, IQueryable<Delivery> doubted, string by, CancellationToken cancellationToken)
    {
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var now = time.GetUtcNow();
        if (issue.State == IssueState.Sent)
        {
            issue.State = IssueState.Sending;
            issue.CompletedAt = null;
            issue.FinishBy = null;
        }

        // The operator's word starts a new life: the old expiry may be long past.
        return await doubted.ExecuteUpdateAsync(row => row
            // What its own relay alone may send once more looks deferred to that relay, also where it stands by.
            .SetProperty(d => d.State, d => d.AgainAt == null ? DeliveryState.Queued : DeliveryState.Deferred)
            .SetProperty(d => d.DueAt, now)
            .SetProperty(d => d.ExpiresAt, now.AddHours(newsletter.Schedule.ExpiryHours))
            .SetProperty(d => d.BegunAt, (DateTimeOffset?)null)
            .SetProperty(d => d.SettledAt, now)
            .SetProperty(d => d.Reply, $"to be sent again, by {by}"), cancellationToken);
    }

    /// <summary>One change of an issue, in a transaction that holds its row, and a word to the workers.</summary>
    private async Task<T> ChangeAsync<T>(long issueId, Func<DigestDbContext, Issue, Task<T>> change, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var issue = await database.LockIssueAsync(issueId, cancellationToken);
        var result = await change(database, issue);
        await database.SaveChangesAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync($"select pg_notify({DueListener.Channel}, '')", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static void Refuse(bool when, Issue issue, string because)
    {
        if (when)
        {
            throw new RefusedException($"{issue.Title()} is {SnakeCase.Of(issue.State)}; {because}.");
        }
    }
}
