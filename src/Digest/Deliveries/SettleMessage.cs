using Digest.Data;
using Digest.Smtp;
using Digest.Subscribers;
using Npgsql;
using NpgsqlTypes;

namespace Digest.Deliveries;

/// <summary>
/// The third step of docs/decisions/0004: records the outcome of a try, and in the same transaction what follows from it:
/// the suppression of a mailbox that does not exist, the pause of a run that the relay refuses.
/// </summary>
public sealed class SettleMessage(AddressHash addressHash)
{
    /// <summary>What <see cref="Statement"/> reads besides the worker and the instant.</summary>
    internal static readonly IReadOnlyList<string> Names =
        ["ids", "subscribers", "claimed", "begun", "states", "due", "charges", "relays", "stages", "codes", "enhanced", "replies"];

    /// <summary>One row for each outcome, in the order of <see cref="Names"/>.</summary>
    internal static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<Settling> rows, DateTimeOffset now)
    {
        parameters.AddColumn(rows, row => row.Claim.Key.Id);
        parameters.AddColumn(rows, row => row.Claim.Key.SubscriberId);
        parameters.AddColumn(rows, row => row.Claim.ClaimedAt);
        parameters.AddColumn(rows, row => row.Try.BegunAt);
        parameters.AddColumn(rows, row => SnakeCase.Of(row.Settlement.State));
        parameters.AddColumn(rows, row => now + row.Settlement.Wait);
        parameters.AddColumn(rows, row => row.Settlement.ChargesTry ? 1 : 0);
        parameters.AddColumn(rows, row => row.Relay);
        parameters.AddColumn(rows, row => SnakeCase.Of(row.Try.Outcome.Stage));
        parameters.AddColumn(rows, row => row.Try.Outcome.Code);
        parameters.AddColumn(rows, row => row.Try.Outcome.EnhancedCode);
        parameters.AddColumn(rows, row => row.Try.Outcome.Reply);
    }

    /// <summary>What else one settlement asks for; most ask for nothing.</summary>
    internal IEnumerable<NpgsqlBatchCommand> Consequences(Settling row, DateTimeOffset now)
    {
        if (row.Settlement.SuppressesAddress)
        {
            var suppress = new NpgsqlBatchCommand(Suppress);
            suppress.Parameters.AddWithValue("hash", addressHash.Of(row.Claim.AddressKey));
            suppress.Parameters.AddWithValue("reason", SnakeCase.Of(SuppressionReason.HardBounce));
            suppress.Parameters.AddWithValue("now", now);
            suppress.Parameters.Add(new("detail", NpgsqlDbType.Text) { Value = (object?)row.Try.Outcome.Reply ?? DBNull.Value });
            yield return suppress;
        }

        if (row.Settlement.PausesRun && row.Claim.Key.Kind == LedgerKind.Delivery)
        {
            var pause = new NpgsqlBatchCommand(Pause);
            pause.Parameters.AddWithValue("issue", row.Claim.Key.Id);
            pause.Parameters.AddWithValue("reason", RunPause.ReasonOf(row.Try.Outcome));
            yield return pause;
        }
    }

    /// <summary>
    /// Fenced by the worker's id and the claim's instant: a settle whose answer was lost is repeated, and by then the row
    /// may have been claimed again, by this very worker. If the heartbeat lapsed meanwhile the row is in doubt since this
    /// try: a final reply is the late evidence that settles it. A waiting row never waits past its expiry.
    /// </summary>
    /// <param name="table">Of the rows.</param>
    /// <param name="doubt">One may be in doubt; seldom enough for a statement that others need not pay for.</param>
    internal static string Statement(LedgerTable table, bool doubt) => $"""
        update {table.Name} d
        set state = this.next,
            attempts = d.attempts + this.charge{(doubt ? $" + ({SentAgain})::int" : "")},
            {(doubt ? $"again_at = case when {SentAgain} then @now else d.again_at end," : "")}
            due_at = case when this.next in ('queued', 'deferred') then least(this.due, d.expires_at) else d.due_at end,
            begun_at = case when this.next in ('queued', 'deferred') then null else d.begun_at end,
            claimed_by = null, claimed_at = null, settled_at = @now,
            relay = this.relay, stage = this.stage, reply_code = this.code, enhanced_code = this.enhanced, reply = this.reply
        from (
            select t.*, {(doubt ? Next(table) : "t.state")} as next
            from (
                {ColumnParameters.Rows("ids", "id",
                    ("subscribers", "subscriber_id"), ("claimed", "claimed"), ("begun", "begun"), ("states", "state"), ("due", "due"),
                    ("charges", "charge"), ("relays", "relay"), ("stages", "stage"), ("codes", "code"), ("enhanced", "enhanced"), ("replies", "reply"))}
            ) t
        ) this
        where d.{table.Id} = this.id and d.subscriber_id = this.subscriber_id
            and ((d.state = 'claimed' and d.claimed_by = @worker and d.claimed_at = this.claimed)
                or (this.state in ('accepted', 'rejected') and d.begun_at = this.begun and {LedgerTable.MayBeSettledLate}))
        returning d.{table.Id}, d.subscriber_id
        """;

    private static string Next(LedgerTable table) => $"""
        case
            when t.state = 'in_doubt' and (select {table.SendsDoubtAgain} from {table.Name} d where d.{table.Id} = t.id and d.subscriber_id = t.subscriber_id)
            then 'deferred' else t.state end
        """;

    /// <summary>A doubt that has another try charges this one, and is the last that has.</summary>
    private const string SentAgain = "this.state = 'in_doubt' and this.next = 'deferred'";

    // For the whole installation: what does not exist for one newsletter does not exist for the next.
    private const string Suppress = """
        insert into digest.suppressions (newsletter_id, address_hash, reason, created_at, detail)
        values (null, @hash, @reason, @now, @detail)
        on conflict (address_hash, newsletter_id) do nothing
        """;

    private const string Pause = """
        update digest.issues set state = 'paused', state_reason = @reason where id = @issue and state = 'sending'
        """;
}
