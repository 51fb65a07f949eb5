namespace Digest.Deliveries;

/// <summary>
/// Each issue's rows are a partition of their own (docs/decisions/0008): its indexes stay small, an old one is dropped at
/// once, and the engine's statements name it instead of the parent, so that their cost does not grow with the years.
/// </summary>
internal static class LedgerPartition
{
    public static string NameOf(long issueId) => $"digest.deliveries_{issueId}";

    /// <summary>
    /// A table beside the parent, without indexes: building them once over a million rows takes a third of growing them row
    /// by row. The spare room in each page takes a row's later versions: every row is written three times on its way.
    /// See <see cref="Attach"/>, which lets them use it.
    /// </summary>
    public static string Create(long issueId) => $"""
        create table {NameOf(issueId)} (
            like digest.deliveries including defaults including constraints,
            constraint of_the_issue check (issue_id = {issueId})
        ) with (fillfactor = 60)
        """;

    /// <summary>While only the canary goes out, a claim must not pass a million rows that wait.</summary>
    public static string IndexCanary(long issueId) =>
        $"create index on {NameOf(issueId)} (due_at, subscriber_id) where canary and state in ('queued', 'deferred')";

    /// <summary>
    /// Makes it part of the ledger. From now on the spare room is there to be used: PostgreSQL takes the fill factor for what is to
    /// stay free, and would clear a page of dead versions at each look. The check spares PostgreSQL a look at every row; without
    /// statistics the first claims would be planned blind, until autovacuum comes by.
    /// </summary>
    public static string Attach(long issueId) => $"""
        alter table {NameOf(issueId)} set (fillfactor = 100);
        alter table {NameOf(issueId)} add primary key (subscriber_id, issue_id);
        create index on {NameOf(issueId)} (due_at, subscriber_id) where state in ('queued', 'deferred');
        create index on {NameOf(issueId)} (relay, due_at) where state = 'deferred';
        create index on {NameOf(issueId)} (claimed_by) where state = 'claimed';
        alter table digest.deliveries attach partition {NameOf(issueId)} for values in ({issueId});
        alter table {NameOf(issueId)} drop constraint of_the_issue;
        analyze {NameOf(issueId)}
        """;
}
