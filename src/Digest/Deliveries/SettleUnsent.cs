using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Settles the rows of an issue that nobody will send any more, in pieces of so many readers, each committed: one statement over
/// a million rows would keep the lanes from giving back theirs for as long as it takes. What a crash leaves undone the next
/// cancel or the next sweep finds.
/// </summary>
public sealed class SettleUnsent(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Rows of one piece, which takes well below a second.</summary>
    public const int PieceRows = 20_000;

    // A row that is begun at the same instant is locked by its begin, found begun, and left to its reply.
    private const string Withdrawn = "i.state = 'cancelled' and (d.state in ('queued', 'deferred') or (d.state = 'claimed' and d.begun_at is null))";

    // While an issue is paused its rows wait for the operator, however late; they expire when it is resumed.
    private const string Over = """
        d.state in ('queued', 'deferred') and (i.state = 'cancelled' or (i.state = 'sending' and d.due_at <= @now and d.expires_at <= @now))
        """;

    /// <summary>All of a cancelled issue that is not begun.</summary>
    /// <returns>How many rows this run settled.</returns>
    public Task<int> WithdrawAsync(long issueId, CancellationToken cancellationToken) => RunAsync(issueId, Withdrawn, cancellationToken);

    /// <summary>What has expired, and what waits of a cancelled issue.</summary>
    /// <returns>How many rows this run settled.</returns>
    public async Task<int> SweepAsync(long issueId, CancellationToken cancellationToken) =>
        await HasOpenRowsAsync(issueId, cancellationToken) ? await RunAsync(issueId, Over, cancellationToken) : 0;

    /// <summary>
    /// True when a row waits, otherwise null. By the index of open rows alone: a million settled ones are not read at every heartbeat.
    /// The order asks for that index; while the statistics say that every row is open, as they do after the queueing, PostgreSQL
    /// would expect one at once and look through the table for it. An EXISTS would drop the order.
    /// </summary>
    public static string AnyWaiting(long issueId) =>
        $"(select true from {LedgerPartition.NameOf(issueId)} where state in ('queued', 'deferred') order by due_at, subscriber_id limit 1)";

    private async Task<bool> HasOpenRowsAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {AnyWaiting(issueId)}");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<int> RunAsync(long issueId, string which, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var settled = 0;
        var after = long.MinValue;
        while (await LastAsync(connection, issueId, which, after, cancellationToken) is { } last)
        {
            settled += await SettleAsync(connection, issueId, which, after, last, cancellationToken);
            after = last;
        }

        return settled;
    }

    /// <returns>The last reader of the next piece, or none when there is no more.</returns>
    private async Task<long?> LastAsync(
        NpgsqlConnection connection, long issueId, string which, long after, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, after, long.MaxValue, $"""
            select max(subscriber_id) from (
                select d.subscriber_id from {LedgerPartition.NameOf(issueId)} d, digest.issues i
                where i.id = {issueId} and {which} and d.subscriber_id > @after and d.subscriber_id <= @last
                order by d.subscriber_id limit {PieceRows}
            ) piece
            """);
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    private async Task<int> SettleAsync(
        NpgsqlConnection connection, long issueId, string which, long after, long last, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, after, last, Statement(issueId, which));
        while (true)
        {
            try
            {
                return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                // Lanes settle rows in another order; PostgreSQL took the side of one of them. Nothing of this piece was written.
            }
        }
    }

    private static string Statement(long issueId, string which) => $"""
        with piece as (
            select d.subscriber_id, i.state as issue_state, case when d.state = 'claimed' then d.counted_under end as unused
            from {LedgerPartition.NameOf(issueId)} d, digest.issues i
            where i.id = {issueId} and {which} and d.subscriber_id > @after and d.subscriber_id <= @last
            for update of d
        ),
        settled as (
            update {LedgerPartition.NameOf(issueId)} d
            set state = case when {LedgerTable.WasInDoubt} then 'in_doubt' when issue_state = 'cancelled' then 'cancelled' else 'expired' end,
                settled_at = @now, claimed_by = null, claimed_at = null
            from piece
            where d.subscriber_id = piece.subscriber_id and d.subscriber_id > @after and d.subscriber_id <= @last and d.issue_id = {issueId}
            returning unused
        ),
        {SendBudgets.ReturnOf("settled")}
        select count(*)::int from settled
        """;

    private NpgsqlCommand Command(NpgsqlConnection connection, long after, long last, string statement)
    {
        var command = new NpgsqlCommand(statement, connection);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("last", last);
        return command;
    }
}
