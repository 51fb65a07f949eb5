using Npgsql;

namespace Digest.Deliveries;

/// <summary>What was taken from budgets.</summary>
/// <param name="Count">Messages.</param>
/// <param name="Scarcest">The budget that had least.</param>
public sealed record Allowance(int Count, Budget? Scarcest);

/// <summary>
/// Token buckets that all workers share. They are refilled by PostgreSQL's own clock, so that neither a worker's wrong clock
/// nor a restart adds anything.
/// </summary>
public sealed class SendBudgets(NpgsqlDataSource dataSource)
{
    private const string Open = """
        insert into digest.send_budgets (key, tokens, refilled_at)
        select key, capacity, clock_timestamp() from unnest(@keys, @capacities) b (key, capacity)
        on conflict (key) do nothing
        """;

    // Locked in the order of their keys, so that two workers meet in the same order; the update then finds them locked.
    private const string Take = """
        with bucket as (
            select b.key, greatest(b.refilled_at, instant) as instant,
                least(l.capacity, b.tokens + l.per_second * greatest(0, extract(epoch from instant - b.refilled_at)::float8)) as tokens
            from digest.send_budgets b
            join unnest(@keys, @capacities, @rates) l (key, capacity, per_second) on l.key = b.key, clock_timestamp() instant
            order by b.key
            for update of b
        ),
        taken as (
            select least(@wanted, greatest(0, floor(min(tokens) + 1e-6)))::int as count, (array_agg(key order by tokens))[1] as scarcest
            from bucket
        )
        update digest.send_budgets b
        set tokens = bucket.tokens - taken.count, refilled_at = bucket.instant
        from bucket, taken
        where b.key = bucket.key
        returning taken.count, taken.scarcest
        """;

    private const string Return = """
        update digest.send_budgets b
        set tokens = b.tokens + unused.count
        from (select key from digest.send_budgets where key = any(@keys) order by key for update) held
        join unnest(@keys, @counts) unused (key, count) on unused.key = held.key
        where b.key = held.key
        """;

    /// <summary>
    /// Gives back a day's share in the statement that takes claims away from their worker, which then gives back nothing of them: once,
    /// and not what was begun. CTEs, the last one of which is <c>returned</c>.
    /// </summary>
    /// <param name="taken">A CTE with a row for each claim, and as <c>unused</c> what it was counted under, if anything.</param>
    internal static string ReturnOf(string taken) => $"""
        unused as (select unused as key, count(*) as count from {taken} where unused is not null group by unused),
        returned as (
            update digest.send_budgets b
            set tokens = b.tokens + unused.count
            from (select key from digest.send_budgets where key in (select key from unused) order by key for update) held
            join unused on unused.key = held.key
            where b.key = held.key
        )
        """;

    /// <summary>What a week has refilled is full, and a day of last week is over.</summary>
    private const string Forget = "delete from digest.send_budgets where refilled_at < clock_timestamp() - interval '7 days'";

    /// <summary>Takes as many messages as every one of the budgets allows.</summary>
    /// <param name="budgets">With none nothing is asked.</param>
    /// <param name="wanted">At most so many.</param>
    /// <param name="cancellationToken">Stops before the commit: nothing is taken.</param>
    public async Task<Allowance> TakeAsync(IReadOnlyList<Budget> budgets, int wanted, CancellationToken cancellationToken)
    {
        if (budgets.Count == 0)
        {
            return new Allowance(wanted, Scarcest: null);
        }

        await using var batch = dataSource.CreateBatch();
        foreach (var statement in (string[])[Open, Take])
        {
            var command = new NpgsqlBatchCommand(statement);
            AddBudgets(command.Parameters, budgets);
            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands[1].Parameters.AddWithValue("rates", budgets.Select(budget => budget.PerSecond).ToArray());
        batch.BatchCommands[1].Parameters.AddWithValue("wanted", wanted);
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var scarcest = rows.GetString(1);
        return new Allowance(rows.GetInt32(0), budgets.Single(budget => budget.Key == scarcest));
    }

    /// <summary>Gives back what was taken and not used.</summary>
    /// <param name="unused">Messages by the key of a budget; one that is not there any more needs none back.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    public async Task ReturnAsync(IReadOnlyDictionary<string, int> unused, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Return);
        command.Parameters.AddWithValue("keys", unused.Keys.ToArray());
        command.Parameters.AddWithValue("counts", unused.Values.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Drops the rows that say nothing any more.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Forget);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddBudgets(NpgsqlParameterCollection parameters, IReadOnlyList<Budget> budgets)
    {
        parameters.AddWithValue("keys", budgets.Select(budget => budget.Key).ToArray());
        parameters.AddWithValue("capacities", budgets.Select(budget => budget.Capacity).ToArray());
    }
}
