using Npgsql;

namespace Digest.Deliveries;

/// <summary>One transaction for the steps of many lanes: first what is settled, then what is begun.</summary>
public sealed class LedgerWrite(NpgsqlDataSource dataSource, LedgerCommand command, SettleMessage settle, TimeProvider time)
{
    /// <summary>A connection whose commits are durable and whose plans are made once: for so few rows planning anew costs more than running.</summary>
    public NpgsqlConnection Open()
    {
        var connection = dataSource.OpenConnection();
        try
        {
            using var command = new NpgsqlCommand($"set plan_cache_mode = force_generic_plan; {DurableCommit.Session}", connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Completes the steps when they are committed; leaves them as they are when it throws.</summary>
    /// <exception cref="NpgsqlException">Nothing was committed, or that is not known.</exception>
    public void Run(NpgsqlConnection connection, Guid worker, IReadOnlyList<LedgerStep> steps)
    {
        var settlings = steps.Where(step => step.Settling is not null).Select(step => step.Settling!).ToList();
        var beginnings = steps.Where(step => step.Beginning is not null).Select(step => step.Beginning!).ToList();
        var (settled, begun) = Execute(connection, [.. Commands(worker, settlings, beginnings)]);
        foreach (var step in steps)
        {
            step.Complete(
                step.Settling is { } row && settled.Contains(row.Claim.Key),
                step.Beginning is { } next && begun.Contains(next.Claim.Key));
        }
    }

    /// <summary>
    /// Nearly always one. What follows from an outcome is written between outcomes and marks, so that a run which this very
    /// transaction pauses begins nothing more in it.
    /// </summary>
    private IEnumerable<(LedgerKind? Kind, NpgsqlBatchCommand Command)> Commands(
        Guid worker, IReadOnlyList<Settling> settlings, IReadOnlyList<Beginning> beginnings)
    {
        var now = time.GetUtcNow();
        var consequences = settlings.SelectMany(row => settle.Consequences(row, now)).ToList();
        return consequences.Count == 0 ? Rows(settlings, beginnings) : [.. Rows(settlings, []), .. consequences.Select(other => ((LedgerKind?)null, other)), .. Rows([], beginnings)];

        IEnumerable<(LedgerKind?, NpgsqlBatchCommand)> Rows(IReadOnlyList<Settling> settlings, IReadOnlyList<Beginning> beginnings)
        {
            var settles = settlings.ToLookup(row => LedgerTable.Of(row.Claim.Key), ReferenceEqualityComparer.Instance);
            var begins = beginnings.ToLookup(row => LedgerTable.Of(row.Claim.Key), ReferenceEqualityComparer.Instance);
            return settles.Select(rows => rows.Key).Union(begins.Select(rows => rows.Key), ReferenceEqualityComparer.Instance).Cast<LedgerTable>()
                .Select(table => ((LedgerKind?)table.Kind, command.Of(table, worker, now, [.. settles[table]], [.. begins[table]])));
        }
    }

    /// <returns>The keys of what was settled, and of what was begun.</returns>
    private static (HashSet<LedgerKey> Settled, HashSet<LedgerKey> Begun) Execute(
        NpgsqlConnection connection, IReadOnlyList<(LedgerKind? Kind, NpgsqlBatchCommand Command)> commands)
    {
        // The commands of a batch are one transaction.
        using var batch = new NpgsqlBatch(connection);
        foreach (var (_, command) in commands)
        {
            batch.BatchCommands.Add(command);
        }

        batch.Prepare();
        HashSet<LedgerKey> settled = [];
        HashSet<LedgerKey> begun = [];
        using var results = batch.ExecuteReader();
        // What returns no rows has no result.
        foreach (var kind in commands.Where(one => one.Kind is not null).Select(one => one.Kind!.Value))
        {
            while (results.Read())
            {
                (results.GetBoolean(0) ? settled : begun).Add(new LedgerKey(kind, results.GetInt64(1), results.GetInt64(2)));
            }

            results.NextResult();
        }

        return (settled, begun);
    }
}
