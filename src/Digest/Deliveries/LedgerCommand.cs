using System.Collections.Concurrent;
using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The statements that write outcomes and marks, in rows that have none in common: a row's outcome is posted when its mark is
/// committed. One statement for both costs PostgreSQL half of two, and Npgsql would send the second from another thread.
/// </summary>
public sealed class LedgerCommand(BeginMessage begin)
{
    private static readonly string[] Names = ["worker", "now", .. SettleMessage.Names, .. BeginMessage.Names];

    /// <summary>In this transaction every statement waits for whoever holds its rows, and judges by what is committed then.</summary>
    private const string Wait = "do $$ begin perform set_config('lock_timeout', '0', true); end $$";

    private static readonly ConcurrentDictionary<(string Table, bool Doubt), string> Statements = [];

    /// <param name="Kind">Of the rows that it returns; none for a statement that returns none.</param>
    internal sealed record One(LedgerKind? Kind, NpgsqlBatchCommand Command);

    /// <returns>For each table one, which writes its outcomes and marks.</returns>
    internal IReadOnlyList<One> Together(Guid worker, DateTimeOffset now, IReadOnlyList<Settling> settlings, IReadOnlyList<Beginning> beginnings)
    {
        // One issue goes out, and nothing else: nearly always.
        if (beginnings.Count > 0 && LedgerTable.Of(beginnings[0].Claim.Key) is var only
            && settlings.All(row => LedgerTable.Of(row.Claim.Key) == only) && beginnings.All(row => LedgerTable.Of(row.Claim.Key) == only))
        {
            return [Of(only, worker, now, settlings, beginnings)];
        }

        var settles = settlings.ToLookup(row => LedgerTable.Of(row.Claim.Key));
        var begins = beginnings.ToLookup(row => LedgerTable.Of(row.Claim.Key));
        return [.. settles.Select(rows => rows.Key).Union(begins.Select(rows => rows.Key))
            .Select(table => Of(table, worker, now, [.. settles[table]], [.. begins[table]]))];
    }

    /// <returns>
    /// First the outcomes, as a connection's next message must not be begun by a transaction that leaves its last one open; then what
    /// follows from them, so that a run which this very transaction pauses begins nothing more in it; then the marks.
    /// </returns>
    internal IReadOnlyList<One> Apart(
        Guid worker,
        DateTimeOffset now,
        IReadOnlyList<Settling> settlings,
        IReadOnlyList<NpgsqlBatchCommand> consequences,
        IReadOnlyList<Beginning> beginnings,
        bool mayWait) =>
    [
        .. mayWait ? [new One(Kind: null, new NpgsqlBatchCommand(Wait))] : Array.Empty<One>(),
        .. Together(worker, now, settlings, []),
        .. consequences.Select(command => new One(Kind: null, command)),
        .. Together(worker, now, [], beginnings),
    ];

    /// <returns>A statement that returns, for each row that it wrote, whether it is settled or else begun, and its key.</returns>
    private One Of(LedgerTable table, Guid worker, DateTimeOffset now, IReadOnlyList<Settling> settlings, IReadOnlyList<Beginning> beginnings)
    {
        var doubt = settlings.Any(row => row.Settlement.State == DeliveryState.InDoubt);
        var text = Statements.GetOrAdd((table.Name, doubt), static (key, table) => PositionalSql.Of(Statement(table, key.Doubt), Names), table);
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = worker });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        // Rows in the order of their key, as whoever else changes many takes them.
        SettleMessage.AddRows(command.Parameters, [.. settlings.OrderBy(row => row.Claim.Key.SubscriberId)], now);
        begin.AddRows(command.Parameters, [.. beginnings.OrderBy(row => row.Claim.Key.SubscriberId)]);
        return new One(table.Kind, command);
    }

    private static string Statement(LedgerTable table, bool doubt) => $"""
        with settled as (
        {SettleMessage.Statement(table, doubt)}
        ), begun as (
        {BeginMessage.Statement(table)}
        )
        select true, settled.* from settled union all select false, begun.* from begun
        """;
}
