using Npgsql;

namespace Digest.Deliveries;

/// <summary>What time does to the ledger without any mail: rows expire, cancelled issues empty, finished issues are sent.</summary>
public sealed class SweepLedger(NpgsqlDataSource dataSource, TimeProvider time)
{
    // While an issue is paused its rows wait for the operator, however late; they expire when it is resumed.
    private const string ExpireDeliveries = """
        update digest.deliveries d
        set state = case i.state when 'cancelled' then 'cancelled' else 'expired' end, settled_at = @now
        from digest.issues i
        where i.id = d.issue_id and d.state in ('queued', 'deferred')
            and (i.state = 'cancelled' or (i.state = 'sending' and d.due_at <= @now and d.expires_at <= @now))
        """;

    private const string ExpireNotices = """
        update digest.notices set state = 'expired', settled_at = @now
        where state in ('queued', 'deferred') and due_at <= @now and expires_at <= @now
        """;

    private const string LockSending = "select id from digest.issues where state = 'sending' for update skip locked";

    private const string Complete = """
        update digest.issues i set state = 'sent', completed_at = @now
        where i.id = any(@issues) and i.state = 'sending'
            and not exists (select from digest.deliveries d where d.issue_id = i.id and d.state in ('queued', 'deferred'))
            and not exists (select from digest.deliveries d where d.issue_id = i.id and d.state = 'claimed')
        returning i.id
        """;

    /// <summary>Settles rows that nobody will send any more.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var settled = 0;
        foreach (var statement in (string[])[ExpireDeliveries, ExpireNotices])
        {
            await using var command = dataSource.CreateCommand(statement);
            command.Parameters.AddWithValue("now", time.GetUtcNow());
            settled += await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return settled;
    }

    /// <summary>Marks issues sent whose rows are all settled; one in doubt does not hold its issue open.</summary>
    /// <returns>The issues that are sent since now.</returns>
    public async Task<IReadOnlyList<long>> CompleteAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Locked by a statement of its own: the next one then sees every row that was reopened under the same lock.
        await using var locking = new NpgsqlCommand(LockSending, connection, transaction);
        var sending = await ReadIdsAsync(locking, cancellationToken);
        if (sending.Count == 0)
        {
            return [];
        }

        await using var completing = new NpgsqlCommand(Complete, connection, transaction);
        completing.Parameters.AddWithValue("issues", sending.ToArray());
        completing.Parameters.AddWithValue("now", time.GetUtcNow());
        var completed = await ReadIdsAsync(completing, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return completed;
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
