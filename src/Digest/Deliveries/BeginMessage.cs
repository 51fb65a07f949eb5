using Npgsql;
using NpgsqlTypes;

namespace Digest.Deliveries;

/// <summary>
/// The second step of docs/decisions/0004: the mark that is committed before the final dot of a message is sent. Refused
/// when the claim is no longer this worker's, the issue no longer goes out, or the reader may no longer have it; then the
/// dot is not sent.
/// </summary>
public sealed class BeginMessage(SuppressionSql suppressions)
{
    /// <returns>One statement for rows of one table; it returns the subscribers whose rows are marked.</returns>
    internal NpgsqlBatchCommand Command(LedgerTable table, Guid worker, IReadOnlyList<Beginning> rows)
    {
        var command = new NpgsqlBatchCommand(Statement(table));
        var now = rows[0].At;
        command.Parameters.AddWithValue("ids", rows.Select(row => row.Claim.Key.Id).ToArray());
        command.Parameters.AddWithValue("subscribers", rows.Select(row => row.Claim.Key.SubscriberId).ToArray());
        command.Parameters.AddWithValue("claimed", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, rows.Select(row => row.Claim.ClaimedAt).ToArray());
        command.Parameters.AddWithValue("at", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, rows.Select(row => row.At).ToArray());
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("now", now);
        suppressions.AddKeys(command.Parameters);
        return command;
    }

    // A cancel or a recovery at the same instant locks the row too: whoever comes second finds it changed.
    // "is not distinct from" keeps to the primary key: with "=" the index of claims fits, which the statistics, made before
    // the first claim, take for empty, and each mark reads all claims of the worker.
    private static string Statement(LedgerTable table) => $"""
        update {table.Name} d
        set begun_at = this.at
        from unnest(@ids, @subscribers, @claimed, @at) this (id, subscriber_id, claimed_at, at)
        join digest.subscribers s on s.id = this.subscriber_id
        where d.{table.Id} = this.id and d.subscriber_id = this.subscriber_id
            and d.state is not distinct from 'claimed' and d.claimed_by is not distinct from @worker and d.claimed_at = this.claimed_at
            and d.begun_at is null and d.expires_at > @now
            and {table.Running} and {table.Wanted}
        returning d.{table.Id}, d.subscriber_id
        """;
}
