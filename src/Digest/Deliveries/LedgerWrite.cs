using Npgsql;

namespace Digest.Deliveries;

/// <summary>One transaction for the steps of many lanes: first what is settled, then what is begun.</summary>
public sealed class LedgerWrite(NpgsqlDataSource dataSource, LedgerCommand command, SettleMessage settle, TimeProvider time)
{
    /// <summary>
    /// A connection whose commits are durable and whose plans are made once: for so few rows planning anew costs more than running.
    /// It does not wait for a lock, unless it is told to, see <see cref="RunAsync"/>.
    /// </summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await dataSource.OpenConnectionAsync();
        try
        {
            await using var command = new NpgsqlCommand(
                $"set plan_cache_mode = force_generic_plan; set lock_timeout = '1ms'; {DurableCommit.Session}", connection);
            await command.ExecuteNonQueryAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Completes the steps when they are committed; leaves them as they are when it throws. Outcomes and marks are one statement,
    /// which judges the marks by what was committed when it began. So it must not wait for a row that somebody else is changing:
    /// whoever leaves meanwhile would still get the mail. Where it would have to wait for more than a millisecond, the least that
    /// PostgreSQL knows and less than the commit takes, it gives up.
    /// </summary>
    /// <param name="connection">From <see cref="OpenAsync"/>.</param>
    /// <param name="worker">Who holds the claims.</param>
    /// <param name="steps">Of lanes of this worker.</param>
    /// <param name="mayWait">It waits after all, and marks follow outcomes as a statement of their own.</param>
    /// <exception cref="PostgresException">With <see cref="PostgresErrorCodes.LockNotAvailable"/>: nothing was written, as it would have had to wait.</exception>
    /// <exception cref="NpgsqlException">Nothing was committed, or that is not known.</exception>
    public async ValueTask RunAsync(NpgsqlConnection connection, Guid worker, IReadOnlyList<LedgerStep> steps, bool mayWait)
    {
        var now = time.GetUtcNow();
        List<Settling> settlings = [.. steps.Select(step => step.Settling).OfType<Settling>()];
        List<Beginning> beginnings = [.. steps.Select(step => step.Beginning).OfType<Beginning>()];
        List<NpgsqlBatchCommand> consequences = [.. settlings.SelectMany(row => settle.Consequences(row, now))];
        var answer = await LedgerAnswer.ReadAsync(connection, mayWait || consequences.Count > 0
            ? command.Apart(worker, now, settlings, consequences, beginnings, mayWait)
            : command.Together(worker, now, settlings, beginnings));
        foreach (var step in steps)
        {
            step.Complete(
                step.Settling is { } row && answer.Settled.Contains(row.Claim.Key),
                step.Beginning is { } next && answer.Begun.Contains(next.Claim.Key));
        }
    }
}
