using Npgsql;

namespace Digest.Deliveries;

/// <summary>What time does to the ledger without any mail: rows expire, cancelled issues empty, finished issues are sent.</summary>
public sealed class SweepLedger(NpgsqlDataSource dataSource, SettleUnsent unsent, TimeProvider time)
{
    // Nothing expires within an hour of the queueing, the shortest time that a schedule has: while a large issue goes out its rows
    // are not read for it. A cancelled issue is looked at for as long as something of it may still be on its way.
    private const string Expiring = """
        select id from digest.issues
        where (state = 'sending' and queued_at <= @now - interval '1 hour')
            or (state = 'cancelled' and ledger_dropped_at is null and queued_at > @now - interval '30 days')
        """;

    private const string ExpireNotices = $"""
        update digest.notices d set state = case when {LedgerTable.WasInDoubt} then 'in_doubt' else 'expired' end, settled_at = @now
        where state in ('queued', 'deferred') and due_at <= @now and expires_at <= @now
        """;

    private const string LockSending = "select id from digest.issues where state = 'sending' for update skip locked";

    /// <summary>Marks an issue sent that nothing waits of. The index of claimed rows is asked for like that of waiting ones.</summary>
    public static string Complete(long issueId) => $"""
        update digest.issues set state = 'sent', completed_at = @now
        where id = {issueId} and state = 'sending'
            and {SettleUnsent.AnyWaiting(issueId)} is null
            and (select true from {LedgerPartition.NameOf(issueId)} where state = 'claimed' order by claimed_by limit 1) is null
        """;

    /// <summary>Settles rows that nobody will send any more.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var expiring = Command(connection, Expiring);
        var settled = await ExecuteAsync(connection, ExpireNotices, cancellationToken);
        foreach (var issue in await ReadIdsAsync(expiring, cancellationToken))
        {
            settled += await unsent.SweepAsync(issue, cancellationToken);
        }

        return settled;
    }

    /// <summary>Marks issues sent whose rows are all settled; one in doubt does not hold its issue open.</summary>
    /// <returns>The issues that are sent since now.</returns>
    public async Task<IReadOnlyList<long>> CompleteAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Locked by a statement of its own: the next ones then see every row that was reopened under the same lock.
        await using var locking = Command(connection, LockSending);
        var completed = new List<long>();
        foreach (var issue in await ReadIdsAsync(locking, cancellationToken))
        {
            if (await ExecuteAsync(connection, Complete(issue), cancellationToken) > 0)
            {
                completed.Add(issue);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return completed;
    }

    private async Task<int> ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, statement);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string statement)
    {
        var command = new NpgsqlCommand(statement, connection);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        return command;
    }

    private static async Task<List<long>> ReadIdsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            ids.Add(rows.GetInt64(0));
        }

        return ids;
    }
}
