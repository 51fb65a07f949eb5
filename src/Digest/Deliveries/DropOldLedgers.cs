using Digest.Data;
using Digest.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Drops the rows of issues that ended long ago and keeps their totals, in one transaction an issue: the deliveries, a whole
/// partition at once, and the exclusions. What somebody is using is left for the next run. Notices and workers of that age go, too.
/// </summary>
public sealed class DropOldLedgers(
    IDbContextFactory<DigestDbContext> contexts, ForgetOldRows others, IOptions<SendingSettings> settings, TimeProvider time,
    ILogger<DropOldLedgers> logger)
{
    // Whoever waits for the whole ledger makes all others wait behind: not for long.
    private const string Patience = "set local lock_timeout = '2s'";

    /// <returns>How many issues' rows were dropped.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.KeepLedgerDays == 0)
        {
            return 0;
        }

        var before = time.GetUtcNow().AddDays(-settings.Value.KeepLedgerDays);
        var dropped = 0;
        foreach (var issueId in await EndedAsync(before, cancellationToken))
        {
            try
            {
                dropped += await DropAsync(issueId, before, cancellationToken) ? 1 : 0;
            }
            catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                logger.LedgerBusy(issueId);
            }
        }

        await others.RunAsync(before, cancellationToken);
        return dropped;
    }

    private async Task<List<long>> EndedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Issues
            .Where(i => i.QueuedAt < before && i.LedgerDroppedAt == null && (i.State == IssueState.Sent || i.State == IssueState.Cancelled))
            .OrderBy(i => i.QueuedAt).Select(i => i.Id).ToListAsync(cancellationToken);
    }

    private async Task<bool> DropAsync(long issueId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = (NpgsqlTransaction)(await database.Database.BeginTransactionAsync(cancellationToken)).GetDbTransaction();
        await ExecuteAsync(transaction, Patience, before, cancellationToken);
        // An operator may open it again by sending a doubt once more.
        var issue = await database.LockIssueAsync(issueId, cancellationToken);
        if (issue.State is not (IssueState.Sent or IssueState.Cancelled) || issue.LedgerDroppedAt is not null || issue.CompletedAt >= before)
        {
            return false;
        }

        // Nothing is settled between the count and the drop.
        await ExecuteAsync(transaction, $"lock table {LedgerPartition.NameOf(issueId)} in share row exclusive mode", before, cancellationToken);
        if (await ExecuteAsync(transaction, Moved(issueId), before, cancellationToken) is true)
        {
            return false;
        }

        await ExecuteAsync(transaction, KeepTotals(issueId), before, cancellationToken);
        await ExecuteAsync(transaction, DropExclusions(issueId), before, cancellationToken);
        // At last, for the claims of other issues wait for it.
        await ExecuteAsync(transaction, $"drop table {LedgerPartition.NameOf(issueId)}", before, cancellationToken);
        issue.LedgerDroppedAt = time.GetUtcNow();
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.LedgerDropped(issueId);
        return true;
    }

    // Also one in doubt may still be settled by an operator or by late evidence.
    private static string Moved(long issueId) => $"""
        select exists (select from {LedgerPartition.NameOf(issueId)} where state in ('queued', 'claimed', 'deferred') or settled_at >= @before)
        """;

    private static string KeepTotals(long issueId) => $"""
        insert into digest.ledger_totals (issue_id, state, count)
        select issue_id, state, count(*) from {LedgerPartition.NameOf(issueId)} group by issue_id, state
        """;

    // A table and no partitions: deleting a million takes a second, once in a week and while nobody sends, and the next issue's
    // rows take their room.
    private static string DropExclusions(long issueId) => $"""
        with dropped as (delete from digest.exclusions where issue_id = {issueId} returning reason)
        insert into digest.exclusion_totals (issue_id, reason, count)
        select {issueId}, reason, count(*) from dropped group by reason
        """;

    private static async Task<object?> ExecuteAsync(NpgsqlTransaction transaction, string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = 0 };
        if (sql.Contains("@before", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("before", before);
        }

        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
