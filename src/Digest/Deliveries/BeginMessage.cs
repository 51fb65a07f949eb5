using System.Collections.Concurrent;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The second step of docs/decisions/0004: the mark that is committed before the final dot of a message is sent. Refused
/// when the claim is no longer this worker's, the issue no longer goes out, or the reader may no longer have it; then the
/// dot is not sent.
/// </summary>
public sealed class BeginMessage(SuppressionSql suppressions)
{
    private static readonly string[] Names = ["ids", "subscribers", "claimed", "at", "relays", "worker", "now", .. SuppressionSql.KeyNames];
    private static readonly ConcurrentDictionary<string, string> Statements = [];

    /// <returns>One statement for rows of one table; it returns the subscribers whose rows are marked.</returns>
    internal NpgsqlBatchCommand Command(LedgerTable table, Guid worker, IReadOnlyList<Beginning> rows)
    {
        var text = Statements.GetOrAdd(table.Name, static (_, table) => PositionalSql.Of(Statement(table), Names), table);
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.Add(Column(rows, row => row.Claim.Key.Id));
        command.Parameters.Add(Column(rows, row => row.Claim.Key.SubscriberId));
        command.Parameters.Add(Column(rows, row => row.Claim.ClaimedAt));
        command.Parameters.Add(Column(rows, row => row.At));
        command.Parameters.Add(Column(rows, row => row.Relay));
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = worker });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = rows[0].At });
        suppressions.AddPositionalKeys(command.Parameters);
        return command;
    }

    private static NpgsqlParameter<T[]> Column<T>(IReadOnlyList<Beginning> rows, Func<Beginning, T> value) =>
        new() { TypedValue = [.. rows.Select(value)] };

    // The relay is the one that the claim wrote, but for a deferred row that another relay takes over: an update that changes no
    // indexed column is cheaper by the entries of two indexes.
    // A cancel or a recovery at the same instant locks the row too: whoever comes second finds it changed.
    // "is not distinct from" keeps to the primary key: with "=" the index of claims fits, which the statistics, made before
    // the first claim, take for empty, and each mark reads all claims of the worker.
    private static string Statement(LedgerTable table) => $"""
        update {table.Name} d
        set begun_at = this.at, relay = this.relay
        from unnest(@ids, @subscribers, @claimed, @at, @relays) this (id, subscriber_id, claimed_at, at, relay)
        join digest.subscribers s on s.id = this.subscriber_id
        where d.{table.Id} = this.id and d.subscriber_id = this.subscriber_id
            and d.state is not distinct from 'claimed' and d.claimed_by is not distinct from @worker and d.claimed_at = this.claimed_at
            and d.begun_at is null and d.expires_at > @now
            and {table.Running} and {table.Wanted}
        returning d.{table.Id}, d.subscriber_id
        """;
}
