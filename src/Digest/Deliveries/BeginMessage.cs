using Digest.Subscribers;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The second step of docs/decisions/0004: the mark that is committed before the final dot of a message is sent. Refused
/// when the claim is no longer this worker's, the issue no longer goes out or has another pace than it was claimed under, or
/// the reader may no longer have it; then the dot is not sent.
/// </summary>
public sealed class BeginMessage(AddressHash addressHash)
{
    /// <summary>What <see cref="Statement"/> reads besides the worker and the instant.</summary>
    internal static readonly IReadOnlyList<string> Names =
        ["mark_ids", "mark_subscribers", "mark_claimed", "mark_at", "mark_relays", "mark_paces", "mark_hashes"];

    /// <summary>One row for each mark, in the order of <see cref="Names"/>.</summary>
    internal void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<Beginning> rows)
    {
        parameters.AddColumn(rows, row => row.Claim.Key.Id);
        parameters.AddColumn(rows, row => row.Claim.Key.SubscriberId);
        parameters.AddColumn(rows, row => row.Claim.ClaimedAt);
        parameters.AddColumn(rows, row => row.At);
        parameters.AddColumn(rows, row => row.Relay);
        parameters.AddColumn(rows, row => row.Claim.PerMinute);
        // Of the address that the mail goes to, whatever the reader's is by now.
        parameters.AddColumn(rows, row => addressHash.Of(row.Claim.AddressKey));
    }

    // The relay is the one that the claim wrote, but for a deferred row that another relay takes over: an update that changes no
    // indexed column is cheaper by the entries of two indexes.
    // A cancel or a recovery at the same instant locks the row too: whoever comes second finds it changed.
    // "is not distinct from" keeps to the primary key: with "=" the index of claims fits, which the statistics, made before
    // the first claim, take for empty, and each mark reads all claims of the worker.
    /// <summary>Returns what is marked.</summary>
    internal static string Statement(LedgerTable table) => $"""
        update {table.Name} d
        set begun_at = this.at, relay = this.relay
        from (
            {ColumnParameters.Rows("mark_ids", "id",
                ("mark_subscribers", "subscriber_id"), ("mark_claimed", "claimed_at"), ("mark_at", "at"), ("mark_relays", "relay"),
                ("mark_paces", "pace"), ("mark_hashes", "address_hash"))}
        ) this
        join digest.subscribers s on s.id = this.subscriber_id
        where d.{table.Id} = this.id and d.subscriber_id = this.subscriber_id
            and d.state is not distinct from 'claimed' and d.claimed_by is not distinct from @worker and d.claimed_at = this.claimed_at
            and d.begun_at is null and d.expires_at > @now
            and {table.Running} and {table.AtItsPace} and {table.WantedUnless(SuppressionSql.SuppressedByHash)}
        returning d.{table.Id}, d.subscriber_id
        """;
}
