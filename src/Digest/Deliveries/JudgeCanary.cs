using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Gives the verdict on a canary whose time is over: the rest of the issue is released, or the issue pauses with the figures.
/// One verdict an issue, whoever asks and however often. While too many of its mails have no outcome there is none.
/// </summary>
public sealed class JudgeCanary(
    IDbContextFactory<DigestDbContext> contexts, SuppressionSql suppressions, AlertBook alerts, TimeProvider time, ILogger<JudgeCanary> logger)
{
    public const string Waits = "canary-waits";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var issueId in await AwaitedAsync(cancellationToken))
        {
            await JudgeAsync(issueId, cancellationToken);
        }
    }

    private async Task<List<long>> AwaitedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Issues
            .Where(i => i.State == IssueState.Sending && i.CanaryUntil <= now && i.CanaryReleasedAt == null)
            .Select(i => i.Id).ToListAsync(cancellationToken);
    }

    private async Task JudgeAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Another worker may be at it, and an operator may have paused it a moment ago.
        var issue = (await database.Issues.FromSql($"""
            select * from digest.issues
            where id = {issueId} and state = 'sending' and canary_released_at is null
            for update skip locked
            """).AsTracking().ToListAsync(cancellationToken)).SingleOrDefault();
        if (issue is null)
        {
            return;
        }

        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var count = await CountAsync((NpgsqlTransaction)transaction.GetDbTransaction(), issue, cancellationToken);
        if (!count.IsKnown)
        {
            await TellWaitingAsync(newsletter, issue, count, cancellationToken);
            return;
        }

        await DecideAsync(newsletter, issue, count, cancellationToken);
        issue.CanaryReleasedAt = time.GetUtcNow();
        await database.SaveChangesAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync($"select pg_notify({DueListener.Channel}, '')", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await alerts.ClearAsync(Waits, newsletter.Id, issue.Id, cancellationToken);
    }

    private async Task<CanaryCount> CountAsync(NpgsqlTransaction transaction, Issue issue, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statement(issue.Id), transaction.Connection, transaction);
        command.Parameters.AddWithValue("since", issue.QueuedAt!.Value);
        suppressions.AddKeys(command.Parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        return new CanaryCount(rows.GetInt32(0), rows.GetInt32(1), rows.GetInt32(2), rows.GetInt32(3), rows.GetInt32(4), rows.GetInt32(5));
    }

    // What was deferred and taken at a later try is well; what expired was never taken.
    private static string Statement(long issueId) => $"""
        select count(*)::int,
            (count(*) filter (where d.state in ('queued', 'claimed')))::int,
            (count(*) filter (where d.state in ('deferred', 'expired')))::int,
            (count(*) filter (where d.state = 'rejected'))::int,
            (count(*) filter (where d.state = 'in_doubt'))::int,
            (count(*) filter (where exists (select {SuppressionSql.Matching} and x.reason = 'complaint' and x.created_at >= @since)))::int
        from {LedgerPartition.NameOf(issueId)} d left join digest.subscribers s on s.id = d.subscriber_id
        where d.canary
        """;

    private Task TellWaitingAsync(Newsletter newsletter, Issue issue, CanaryCount count, CancellationToken cancellationToken) => alerts.RaiseAsync(
        Waits, newsletter.Id, issue.Id,
        $"{newsletter.Name}: the canary of week {new Week(issue.Week)} has no verdict, as "
        + string.Create(CultureInfo.InvariantCulture, $"{count.Open} of its {count.Mails} mails have no outcome; the rest waits."),
        "Look at the workers and the relay; when the mails have an outcome the rest follows by itself.",
        cancellationToken);

    private async Task DecideAsync(Newsletter newsletter, Issue issue, CanaryCount count, CancellationToken cancellationToken)
    {
        if (count.IsWithin(newsletter.Policy.Canary))
        {
            logger.CanaryReleased(issue.Id, count.Mails, count.Deferred, count.Rejected, count.InDoubt, count.Complaints);
            return;
        }

        issue.State = IssueState.Paused;
        issue.StateReason = $"The canary fared badly: {count.Against(newsletter.Policy.Canary)}.";
        logger.CanaryFailed(issue.Id, count.Mails, count.Deferred, count.Rejected, count.InDoubt, count.Complaints);
        // Before the commit: a crash between the two repeats both, and never leaves a pause that nobody is told of.
        await alerts.RaiseAsync(
            RunPause.Alert, newsletter.Id, issue.Id, $"{newsletter.Name}: the issue of week {new Week(issue.Week)} is paused. {issue.StateReason}",
            "Read the replies in the issue's queue. Resuming sends the rest in spite of them, with no second canary; cancelling withdraws it.",
            cancellationToken);
    }
}
