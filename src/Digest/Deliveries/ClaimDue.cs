using Npgsql;
using NpgsqlTypes;

namespace Digest.Deliveries;

/// <summary>
/// The first step of docs/decisions/0004: takes due rows for one worker. What another worker is taking is passed over
/// (SKIP LOCKED). A reader who left, was erased or was suppressed since queueing gets nothing: the row becomes suppressed
/// instead (checklist B10).
/// </summary>
public sealed class ClaimDue(
    NpgsqlDataSource dataSource, SuppressionSql suppressions, DomainLimits domains, ClaimCursor cursor)
{
    /// <param name="worker">Who holds the claims.</param>
    /// <param name="now">Their instant, by which they are told from the worker's others.</param>
    /// <param name="relay">Where their mail goes.</param>
    /// <param name="turn">What of the rows is that relay's, where there are several.</param>
    /// <param name="dayShare">The key of that relay's share of the day, where it has one.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <param name="cancellationToken">Stops before the commit: nothing is claimed.</param>
    /// <returns>The claims, earliest due first, and whether there may be more.</returns>
    public async Task<(IReadOnlyList<Claim> Claims, bool More)> NoticesAsync(
        Guid worker, DateTimeOffset now, string relay, RelayTurn? turn, string? dayShare, int limit, CancellationToken cancellationToken)
    {
        var taken = await ClaimAsync(LedgerTable.Notices, worker, now, relay, turn, dayShare, limit, ClaimCursor.Front, cancellationToken);
        return (taken.Claims, taken.Touched == limit);
    }

    /// <param name="issue">Whose rows.</param>
    /// <param name="worker">Who holds the claims.</param>
    /// <param name="now">Their instant, by which they are told from the worker's others.</param>
    /// <param name="relay">Where their mail goes.</param>
    /// <param name="turn">What of the rows is that relay's, where there are several.</param>
    /// <param name="dayShare">The key of that relay's share of the day, where it has one.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <param name="cancellationToken">Stops before the commit: nothing is claimed.</param>
    /// <returns>The claims, earliest due first, and whether there may be more.</returns>
    public async Task<(IReadOnlyList<Claim> Claims, bool More)> DeliveriesAsync(
        SendingIssue issue, Guid worker, DateTimeOffset now, string relay, RelayTurn? turn, string? dayShare, int limit,
        CancellationToken cancellationToken)
    {
        var onlyOwn = turn is { ItsOwnOnly: true };
        var from = onlyOwn ? ClaimCursor.Front : cursor.Of(issue.Id);
        var table = issue.CanaryOnly ? LedgerTable.CanaryOf(issue.Id) : LedgerTable.OfIssue(issue.Id);
        var taken = await ClaimAsync(table, worker, now, relay, turn, dayShare, limit, from, cancellationToken);
        IReadOnlyList<Claim> claims = issue.PerMinute is null
            ? taken.Claims : [.. taken.Claims.Select(claim => claim with { PerMinute = issue.PerMinute })];
        if (onlyOwn)
        {
            return (claims, taken.Touched == limit);
        }

        if (taken.Touched == limit)
        {
            cursor.Advance(issue.Id, from, taken.Last);
            return (claims, true);
        }

        // The end was reached: what was given back meanwhile stands before the cursor.
        return (claims, cursor.Reset(issue.Id));
    }

    private async Task<(List<Claim> Claims, int Touched, (DateTimeOffset, long) Last)> ClaimAsync(
        LedgerTable table, Guid worker, DateTimeOffset now, string relay, RelayTurn? turn, string? dayShare, int limit,
        (DateTimeOffset DueAt, long SubscriberId) from, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var holdsBack = domains.Any && table.Kind == LedgerKind.Delivery;
        await using var transaction = holdsBack ? await connection.BeginTransactionAsync(cancellationToken) : null;
        await using var command = new NpgsqlCommand(Statement(table, turn), connection, transaction);
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("after_due", from.DueAt);
        command.Parameters.AddWithValue("after_subscriber", from.SubscriberId);
        command.Parameters.AddWithValue("limit", limit);
        command.Parameters.AddWithValue("relay", relay);
        command.Parameters.Add(new("day_share", NpgsqlDbType.Text) { Value = (object?)dayShare ?? DBNull.Value });
        command.Parameters.AddWithValue("elsewhere", turn?.Elsewhere.ToArray() ?? []);
        command.Parameters.AddWithValue("others", turn?.Others.ToArray() ?? []);
        suppressions.AddKeys(command.Parameters);
        await command.PrepareAsync(cancellationToken);

        var taken = await ReadAsync(command, table.Kind, limit, cancellationToken);
        List<Claim> claims = [.. taken.Where(row => row.Claim is not null).Select(row => row.Claim!)];
        if (transaction is not null)
        {
            claims = await domains.HoldBackAsync(connection, table, worker, claims, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return (claims, taken.Count, taken.Count > 0 ? (taken[^1].DueAt, taken[^1].SubscriberId) : default);
    }

    /// <returns>The rows, earliest due first; one without a claim is suppressed.</returns>
    private static async Task<List<(DateTimeOffset DueAt, long SubscriberId, Claim? Claim)>> ReadAsync(
        NpgsqlCommand command, LedgerKind kind, int limit, CancellationToken cancellationToken)
    {
        var taken = new List<(DateTimeOffset DueAt, long SubscriberId, Claim? Claim)>(limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            taken.Add((rows.GetFieldValue<DateTimeOffset>(1), rows.GetInt64(3), rows.GetBoolean(0) ? Read(rows, kind) : null));
        }

        // RETURNING keeps no order.
        taken.Sort((a, b) => (a.DueAt, a.SubscriberId).CompareTo((b.DueAt, b.SubscriberId)));
        return taken;
    }

    private static Claim Read(NpgsqlDataReader row, LedgerKind kind) => new(
        new LedgerKey(kind, row.GetInt64(2), row.GetInt64(3)), row.GetString(4), row.GetInt64(5),
        row.GetString(6), row.GetString(7), row.GetInt32(8), row.GetInt32(9), row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11));

    /// <summary>
    /// What was deferred goes back to the relay that deferred it, if that one takes mail; the rest to any. What may have been
    /// accepted by one is never another's, which would know nothing of it.
    /// </summary>
    private static string ForRelay(RelayTurn? turn) => turn switch
    {
        null => "true",
        { ItsOwnOnly: true } => "d.state = 'deferred' and d.relay = @relay",
        _ => "case when d.again_at is null then d.state = 'queued' or d.relay is null or d.relay <> all(@elsewhere) else d.relay <> all(@others) end",
    };

    private static string Statement(LedgerTable table, RelayTurn? turn) => $"""
        with due as (
            select d.{table.Id} as id, d.subscriber_id, {table.Which} as which, {table.Wanted} as wanted,
                s.newsletter_id, s.address, s.address_key, s.token_version
            from {table.Name} d
            left join digest.subscribers s on s.id = d.subscriber_id
            where d.state in ('queued', 'deferred') and d.due_at <= @now and d.expires_at > @now and {table.Running}
                and {ForRelay(turn)} and (d.due_at, d.subscriber_id) > (@after_due, @after_subscriber)
            order by d.due_at, d.subscriber_id
            limit @limit
            for update of d skip locked
        )
        update {table.Name} d
        set state = case when wanted then 'claimed' else {LedgerTable.NotSent} end,
            claimed_by = case when wanted then @worker end,
            claimed_at = case when wanted then @now end,
            relay = case when wanted and d.state = 'queued' then @relay else d.relay end,
            counted_under = case when wanted then @day_share end,
            settled_at = case when wanted then d.settled_at else @now end,
            begun_at = null
        from due
        where d.{table.Id} = due.id and d.subscriber_id = due.subscriber_id
        returning wanted, d.due_at, due.id, due.subscriber_id, which, newsletter_id, address, address_key, token_version, d.attempts, d.claimed_at, {table.DatedAt}
        """;
}
