using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The first step of docs/decisions/0004: takes due rows for one worker. What another worker is taking is passed over
/// (SKIP LOCKED). A reader who left or was suppressed since queueing gets nothing: the row becomes suppressed instead
/// (checklist B10).
/// </summary>
public sealed class ClaimDue(NpgsqlDataSource dataSource, SuppressionSql suppressions, TimeProvider time)
{
    /// <param name="kind">From which table.</param>
    /// <param name="worker">Who holds the claims.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <param name="cancellationToken">Stops before the commit: nothing is claimed.</param>
    /// <returns>The claims, earliest due first, and whether as many rows as asked for were due, so that there may be more.</returns>
    public async Task<(IReadOnlyList<Claim> Claims, bool More)> RunAsync(
        LedgerKind kind, Guid worker, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Statement(LedgerTable.Of(kind)));
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        command.Parameters.AddWithValue("limit", limit);
        suppressions.AddKeys(command.Parameters);

        var claims = new List<(DateTimeOffset DueAt, Claim Claim)>(limit);
        var touched = 0;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            touched++;
            if (rows.GetBoolean(0))
            {
                claims.Add((rows.GetFieldValue<DateTimeOffset>(1), new Claim(
                    new LedgerKey(kind, rows.GetInt64(2), rows.GetInt64(3)), rows.GetString(4), rows.GetInt64(5),
                    rows.GetString(6), rows.GetString(7), rows.GetInt32(8), rows.GetInt32(9), rows.GetFieldValue<DateTimeOffset>(10))));
            }
        }

        return ([.. claims.OrderBy(pair => pair.DueAt).Select(pair => pair.Claim)], touched == limit);
    }

    private static string Statement(LedgerTable table) => $"""
        with due as (
            select d.{table.Id} as id, d.subscriber_id, {table.Which} as which, {table.Wanted} as wanted,
                s.newsletter_id, s.address, s.address_key, s.token_version
            from {table.Name} d
            join digest.subscribers s on s.id = d.subscriber_id
            where d.state in ('queued', 'deferred') and d.due_at <= @now and d.expires_at > @now and {table.Running}
            order by d.due_at
            limit @limit
            for update of d skip locked
        )
        update {table.Name} d
        set state = case when wanted then 'claimed' else 'suppressed' end,
            claimed_by = case when wanted then @worker end,
            claimed_at = case when wanted then @now end,
            settled_at = case when wanted then d.settled_at else @now end,
            begun_at = null
        from due
        where d.{table.Id} = due.id and d.subscriber_id = due.subscriber_id
        returning wanted, d.due_at, due.id, due.subscriber_id, which, newsletter_id, address, address_key, token_version, d.attempts, d.claimed_at
        """;
}
