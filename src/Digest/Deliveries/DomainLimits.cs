using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Holds claims to what recipient domains take. A row beyond the limit does not block the claim: it goes back with a later
/// due time, as far off as the rows of its domain that went back before it make it. Notices are few and are not held back.
/// </summary>
public sealed class DomainLimits(IOptions<SendingSettings> settings)
{
    private const string Open = """
        insert into digest.send_budgets (key, tokens, refilled_at)
        values (@budget, @capacity, clock_timestamp()), (@booked, 0, clock_timestamp())
        on conflict (key) do nothing
        """;

    // The lock lets one claim after another look at this domain.
    private const string Lock = "select from digest.send_budgets where key = @budget for update";

    // A statement of its own, as it must see what was committed while the lock was waited for.
    private const string Look = """
        select least(@capacity, b.tokens + @rate * greatest(0, extract(epoch from instant - b.refilled_at)::float8)),
            greatest(0, extract(epoch from booked.refilled_at - instant)::float8),
            case when @counts then (
                select count(*) from digest.deliveries d join digest.subscribers s on s.id = d.subscriber_id
                where d.state = 'claimed' and split_part(s.address_key, '@', 2) = @domain) else 0 end,
            case when @paces then (
                select count(*) from digest.deliveries d join digest.subscribers s on s.id = d.subscriber_id
                where d.state = 'claimed' and d.claimed_by = @worker and d.begun_at is null and split_part(s.address_key, '@', 2) = @domain) else 0 end
        from digest.send_budgets b, digest.send_budgets booked, clock_timestamp() instant
        where b.key = @budget and booked.key = @booked
        """;

    private const string Take = """
        update digest.send_budgets
        set tokens = case key when @budget then @tokens else 0 end,
            refilled_at = clock_timestamp() + case key when @booked then make_interval(secs => @until) else interval '0' end
        where key in (@budget, @booked)
        """;

    private static string PutBack(LedgerTable table) => $"""
        update {table.Name} d
        set state = case when d.attempts > 0 then 'deferred' else 'queued' end,
            claimed_by = null, claimed_at = null, due_at = least(this.due, d.expires_at)
        from unnest(@subscribers, @due) this (subscriber_id, due)
        where d.{table.Id} = @id and d.subscriber_id = this.subscriber_id
        """;

    public bool Any => settings.Value.Domains.Count > 0;

    /// <param name="connection">In the transaction of the claim.</param>
    /// <param name="table">Whose rows.</param>
    /// <param name="worker">Who claimed.</param>
    /// <param name="claims">What it claimed, earliest due first.</param>
    /// <param name="now">From when a later due time is counted.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>What may go out now.</returns>
    internal async Task<List<Claim>> HoldBackAsync(
        NpgsqlConnection connection, LedgerTable table, Guid worker, List<Claim> claims, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = claims.ToHashSet();
        var byDomain = claims.GroupBy(claim => claim.AddressKey[(claim.AddressKey.LastIndexOf('@') + 1)..]);
        // In the order of their names, so that two claims meet in the same order.
        foreach (var rows in byDomain.OrderBy(rows => rows.Key, StringComparer.Ordinal))
        {
            if (settings.Value.Domains.TryGetValue(rows.Key, out var limit))
            {
                kept.ExceptWith(await HoldBackAsync(connection, table, worker, rows.Key, limit, [.. rows], now, cancellationToken));
            }
        }

        return claims.FindAll(kept.Contains);
    }

    /// <returns>What went back.</returns>
    private static async Task<IReadOnlyList<Claim>> HoldBackAsync(
        NpgsqlConnection connection, LedgerTable table, Guid worker, string domain, DomainLimit limit, List<Claim> rows, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var budget = Budget.PerMinute($"domain:{domain}", limit.MessagesPerMinute ?? 0);
        var (tokens, bookedFor, claimed, unbegun) = await LookAsync(connection, budget, worker, domain, limit, cancellationToken);
        var (others, waiting) = (claimed - rows.Count, unbegun - rows.Count);
        var free = Math.Min(
            limit.MessagesPerMinute is null ? rows.Count : (int)Math.Max(0, Math.Min(tokens + 1e-6, budget.MayWait - waiting)),
            limit.Connections is { } connections ? (int)Math.Max(0, connections - others) : rows.Count);
        var back = rows.Skip(free).ToList();

        // Nobody draws on a limit that is full: what was booked is not coming, as when its issue was cancelled.
        var isIdle = (limit.MessagesPerMinute is null || (tokens >= budget.Capacity && waiting == 0)) && (limit.Connections is null || others == 0);
        var from = isIdle ? 0 : bookedFor;
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, Take, budget,
            ("tokens", tokens - Math.Min(free, rows.Count)),
            ("until", back.Count == 0 ? bookedFor : from + (back.Count / limit.PerSecond)));
        if (back.Count > 0)
        {
            Add(batch, PutBack(table), budget,
                ("id", rows[0].Key.Id),
                ("subscribers", back.Select(row => row.Key.SubscriberId).ToArray()),
                ("due", back.Select((_, place) => now.AddSeconds(from + ((place + 1) / limit.PerSecond))).ToArray()));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        return back;
    }

    /// <returns>
    /// Messages that the domain takes now, seconds for which it is booked out, rows of it that all workers have claimed, and those of
    /// this worker's that it has not begun.
    /// </returns>
    private static async Task<(double Tokens, double BookedFor, long Claimed, long Unbegun)> LookAsync(
        NpgsqlConnection connection, Budget budget, Guid worker, string domain, DomainLimit limit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, Open, budget);
        Add(batch, Lock, budget);
        Add(batch, Look, budget,
            ("rate", budget.PerSecond), ("domain", domain), ("worker", worker),
            ("counts", limit.Connections is not null), ("paces", limit.MessagesPerMinute is not null));
        await using var found = await batch.ExecuteReaderAsync(cancellationToken);
        await found.NextResultAsync(cancellationToken);
        await found.ReadAsync(cancellationToken);
        return (found.GetDouble(0), found.GetDouble(1), found.GetInt64(2), found.GetInt64(3));
    }

    private static void Add(NpgsqlBatch batch, string statement, Budget budget, params (string Name, object Value)[] values)
    {
        var command = new NpgsqlBatchCommand(statement);
        foreach (var (name, value) in values.Append(("budget", budget.Key)).Append(("booked", $"{budget.Key}:booked")).Append(("capacity", budget.Capacity)))
        {
            command.Parameters.AddWithValue(name, value);
        }

        batch.BatchCommands.Add(command);
    }
}
