using Npgsql;

namespace Digest.Deliveries;

/// <summary>One transaction for the steps of many lanes: first what is settled, then what is begun.</summary>
public sealed class LedgerWrite(NpgsqlDataSource dataSource, BeginMessage begin, SettleMessage settle, TimeProvider time)
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
        // The commands of a batch are one transaction.
        using var batch = new NpgsqlBatch(connection);
        var settlings = steps.Where(step => step.Settling is not null).Select(step => step.Settling!).ToList();
        var beginnings = steps.Where(step => step.Beginning is not null).Select(step => step.Beginning!).ToList();
        var now = time.GetUtcNow();

        // Rows in the order of their key, as whoever else changes many takes them. Two writers have no row in common: its outcome
        // is posted when its mark is committed. Settling comes first, as a connection's next message must not be begun by a
        // transaction that leaves its last one open. Two statements, as one would judge the marks by what it saw before it waited
        // for an outcome's row: whoever left meanwhile would still get the mail.
        var settleTables = settlings.GroupBy(row => LedgerTable.Of(row.Claim.Key)).ToList();
        foreach (var rows in settleTables)
        {
            batch.BatchCommands.Add(SettleMessage.Command(rows.Key, worker, now, [.. rows.OrderBy(row => row.Claim.Key.SubscriberId)]));
        }

        // Before the marks, so that a run which this very transaction pauses begins nothing more in it.
        foreach (var consequence in settlings.SelectMany(row => settle.Consequences(row, now)))
        {
            batch.BatchCommands.Add(consequence);
        }

        var beginTables = beginnings.GroupBy(row => LedgerTable.Of(row.Claim.Key)).ToList();
        foreach (var rows in beginTables)
        {
            batch.BatchCommands.Add(begin.Command(rows.Key, worker, [.. rows.OrderBy(row => row.Claim.Key.SubscriberId)]));
        }

        batch.Prepare();
        var settled = new HashSet<LedgerKey>();
        var begun = new HashSet<LedgerKey>();
        using (var results = batch.ExecuteReader())
        {
            foreach (var (kind, found) in settleTables.Select(t => (t.Key.Kind, settled)).Concat(beginTables.Select(t => (t.Key.Kind, begun))))
            {
                while (results.Read())
                {
                    found.Add(new LedgerKey(kind, results.GetInt64(0), results.GetInt64(1)));
                }

                results.NextResult();
            }
        }

        foreach (var step in steps)
        {
            step.Complete(
                step.Settling is { } row && settled.Contains(row.Claim.Key),
                step.Beginning is { } next && begun.Contains(next.Claim.Key));
        }
    }
}
