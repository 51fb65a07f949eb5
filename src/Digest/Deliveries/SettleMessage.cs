using Digest.Data;
using Digest.Smtp;
using Digest.Subscribers;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The third step of docs/decisions/0004: records the outcome of one try, and in the same transaction what follows from
/// it: the suppression of a mailbox that does not exist, the pause of a run that the relay refuses.
/// </summary>
public sealed class SettleMessage(NpgsqlDataSource dataSource, AddressHash addressHash, TimeProvider time)
{
    /// <param name="claim">The row, held by this worker.</param>
    /// <param name="worker">This worker.</param>
    /// <param name="attempt">What happened.</param>
    /// <param name="settlement">What to do about it.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>Whether the row was still ours, or in doubt since this very try.</returns>
    public async Task<bool> RunAsync(
        Claim claim, Guid worker, Try attempt, Settlement settlement, CancellationToken cancellationToken)
    {
        var outcome = attempt.Outcome;
        var now = time.GetUtcNow();
        // The commands of a batch are one transaction.
        await using var batch = dataSource.CreateBatch();
        var settle = Add(batch, Settle(LedgerTable.Of(claim.Key.Kind)));
        settle.Parameters.AddWithValue("id", claim.Key.Id);
        settle.Parameters.AddWithValue("subscriber", claim.Key.SubscriberId);
        settle.Parameters.AddWithValue("worker", worker);
        settle.Parameters.AddWithValue("claimed", claim.ClaimedAt);
        settle.Parameters.Add(new("begun", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = (object?)attempt.BegunAt ?? DBNull.Value });
        settle.Parameters.AddWithValue("now", now);
        settle.Parameters.AddWithValue("state", SnakeCase.Of(settlement.State));
        settle.Parameters.AddWithValue("final", settlement.IsFinal);
        settle.Parameters.AddWithValue("due", now + settlement.Wait);
        settle.Parameters.AddWithValue("charge", settlement.ChargesTry ? 1 : 0);
        settle.Parameters.AddWithValue("stage", SnakeCase.Of(outcome.Stage));
        settle.Parameters.Add(new("code", NpgsqlTypes.NpgsqlDbType.Integer) { Value = (object?)outcome.Code ?? DBNull.Value });
        settle.Parameters.Add(new("enhanced", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)outcome.EnhancedCode ?? DBNull.Value });
        settle.Parameters.Add(new("reply", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)outcome.Reply ?? DBNull.Value });

        if (settlement.SuppressesAddress)
        {
            var suppress = Add(batch, Suppress);
            suppress.Parameters.AddWithValue("hash", addressHash.Of(claim.AddressKey));
            suppress.Parameters.AddWithValue("reason", SnakeCase.Of(SuppressionReason.HardBounce));
            suppress.Parameters.AddWithValue("now", now);
            suppress.Parameters.Add(new("detail", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)outcome.Reply ?? DBNull.Value });
        }

        if (settlement.PausesRun && claim.Key.Kind == LedgerKind.Delivery)
        {
            var pause = Add(batch, Pause);
            pause.Parameters.AddWithValue("issue", claim.Key.Id);
            pause.Parameters.AddWithValue("reason", RunPause.ReasonOf(outcome));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        return settle.RecordsAffected == 1;
    }

    /// <summary>
    /// Fenced by the worker's id and the claim's instant: a settle whose answer was lost is repeated, and by then the row
    /// may have been claimed again, by this very worker. If the heartbeat lapsed meanwhile the row is in doubt since this try: a final reply is
    /// the late evidence that settles it. A waiting row never waits past its expiry.
    /// </summary>
    private static string Settle(LedgerTable table) => $"""
        with this as (
            select case when @state = 'in_doubt' and {table.SendsDoubtAgain} then 'queued' else @state end as next
            from {table.Name} d
            where d.{table.Id} = @id and d.subscriber_id = @subscriber
                and ((d.state = 'claimed' and d.claimed_by = @worker and d.claimed_at = @claimed)
                    or (@final and d.state = 'in_doubt' and d.begun_at = @begun))
            for update
        )
        update {table.Name} d
        set state = next,
            attempts = d.attempts + @charge,
            due_at = case when next in ('queued', 'deferred') then least(@due, d.expires_at) else d.due_at end,
            begun_at = case when next in ('queued', 'deferred') then null else d.begun_at end,
            claimed_by = null, claimed_at = null, settled_at = @now,
            stage = @stage, reply_code = @code, enhanced_code = @enhanced, reply = @reply
        from this
        where d.{table.Id} = @id and d.subscriber_id = @subscriber
        """;

    // For the whole installation: what does not exist for one newsletter does not exist for the next.
    private const string Suppress = """
        insert into digest.suppressions (newsletter_id, address_hash, reason, created_at, detail)
        values (null, @hash, @reason, @now, @detail)
        on conflict (address_hash, newsletter_id) do nothing
        """;

    private const string Pause = """
        update digest.issues set state = 'paused', state_reason = @reason where id = @issue and state = 'sending'
        """;

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string statement)
    {
        var command = new NpgsqlBatchCommand(statement);
        batch.BatchCommands.Add(command);
        return command;
    }
}
