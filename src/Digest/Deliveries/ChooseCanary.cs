using Digest.Newsletters;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Marks some of the rows just queued as the issue's canary and makes them due before all others. Each domain has its
/// part of it: one of which at least a whole mail falls to the canary is never left out, and the largest comes first.
/// </summary>
internal static class ChooseCanary
{
    // Rounding up the sum over the domains so far, instead of each domain alone, makes the parts add up to the whole. Within
    // a domain those are chosen whose own hour comes first, and else by lot, another one for each issue. A domain is the hash
    // of its name, which sorts faster than names do in most collations.
    private static string Statement(long issueId) => $"""
        with candidates as (
            select d.subscriber_id, d.due_at, hashtextextended(split_part(s.address_key, '@', -1), 0) as domain
            from {LedgerPartition.NameOf(issueId)} d join digest.subscribers s on s.id = d.subscriber_id
            where s.paused_until is null or s.paused_until <= @first
        ),
        domains as (
            select domain, readers, (sum(readers) over (order by readers desc, domain))::bigint as up_to, (sum(readers) over ())::bigint as total
            from (select domain, count(*) as readers from candidates group by domain) each
        ),
        parts as (
            select domain, (up_to * wanted + total - 1) / total - ((up_to - readers) * wanted + total - 1) / total as part
            from domains cross join lateral (select (total * @percent + 99) / 100 as wanted) whole
        ),
        places as (
            select subscriber_id, domain,
                row_number() over (partition by domain order by due_at, hashint8extended(subscriber_id, @issue)) as place
            from candidates
        )
        update {LedgerPartition.NameOf(issueId)} d
        set canary = true, due_at = @first, dated_at = nullif(@first, @now), expires_at = @first + make_interval(hours => @expiry_hours)
        from places join parts using (domain)
        where d.subscriber_id = places.subscriber_id and places.place <= parts.part
        """;

    /// <param name="transaction">That of the queueing; the table has no index yet.</param>
    /// <param name="issueId">Whose rows.</param>
    /// <param name="newsletter">How many, and when they expire.</param>
    /// <param name="first">When they are due.</param>
    /// <param name="now">The instant of the queueing.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>How many rows; at least one where there are any.</returns>
    public static async Task<int> RunAsync(
        NpgsqlTransaction transaction, long issueId, Newsletter newsletter, DateTimeOffset first, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var choosing = new NpgsqlCommand(Statement(issueId), transaction.Connection, transaction) { CommandTimeout = 0 };
        choosing.Parameters.AddWithValue("issue", issueId);
        choosing.Parameters.AddWithValue("percent", (long)newsletter.Policy.Canary.Percent);
        choosing.Parameters.AddWithValue("first", first);
        choosing.Parameters.AddWithValue("now", now);
        choosing.Parameters.AddWithValue("expiry_hours", newsletter.Schedule.ExpiryHours);
        var chosen = await choosing.ExecuteNonQueryAsync(cancellationToken);
        await using var indexing = new NpgsqlCommand(LedgerPartition.IndexCanary(issueId), transaction.Connection, transaction) { CommandTimeout = 0 };
        await indexing.ExecuteNonQueryAsync(cancellationToken);
        return chosen;
    }
}
