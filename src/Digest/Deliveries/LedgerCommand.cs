using System.Collections.Concurrent;
using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Outcomes and marks in rows of one table as one statement: half the work of two, and Npgsql would hand the second to another
/// thread. The two have no row in common: a row's outcome is posted when its mark is committed.
/// </summary>
public sealed class LedgerCommand(SuppressionSql suppressions)
{
    private static readonly string[] Names =
        ["worker", "now", .. SettleMessage.Names, .. BeginMessage.Names, .. SuppressionSql.KeyNames];

    private static readonly ConcurrentDictionary<(string Table, bool Doubt), string> Statements = [];

    /// <returns>A statement that returns, for each row that it wrote, whether it is settled or else begun, and its key.</returns>
    internal NpgsqlBatchCommand Of(
        LedgerTable table, Guid worker, DateTimeOffset now, IReadOnlyList<Settling> settlings, IReadOnlyList<Beginning> beginnings)
    {
        var doubt = settlings.Any(row => row.Settlement.State == DeliveryState.InDoubt);
        var text = Statements.GetOrAdd((table.Name, doubt), static (key, table) => PositionalSql.Of(Statement(table, key.Doubt), Names), table);
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = worker });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        // Rows in the order of their key, as whoever else changes many takes them.
        SettleMessage.AddRows(command.Parameters, [.. settlings.OrderBy(row => row.Claim.Key.SubscriberId)], now);
        BeginMessage.AddRows(command.Parameters, [.. beginnings.OrderBy(row => row.Claim.Key.SubscriberId)]);
        suppressions.AddPositionalKeys(command.Parameters);
        return command;
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
