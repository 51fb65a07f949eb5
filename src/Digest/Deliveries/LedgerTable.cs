using System.Collections.Concurrent;

namespace Digest.Deliveries;

/// <summary>
/// The SQL in which deliveries and notices differ. Both keep the same columns and take the same three steps
/// (docs/decisions/0004), so each statement is written once around these fixed names: <c>d</c> is the row,
/// <c>s</c> its subscriber.
/// </summary>
/// <param name="Name">The table.</param>
/// <param name="Id">Its column that <see cref="LedgerKey.Id"/> names.</param>
/// <param name="Which">What is sent: a variant of the issue, or the kind of notice.</param>
/// <param name="DatedAt">The row's own date for its mail, if it has one.</param>
/// <param name="Running">Nothing is claimed or begun unless this holds.</param>
/// <param name="AtItsPace">
/// Nothing is begun unless the issue's own limit is the one that <c>this</c> row was claimed under: a claim may be under way
/// while the operator slows it down.
/// </param>
/// <param name="WantedUnless">The reader is there and may have this mail now, unless what is given holds; see <see cref="Wanted"/>.</param>
/// <param name="Withdrawn">Nothing of it will be sent any more.</param>
internal sealed record LedgerTable(
    LedgerKind Kind, string Name, string Id, string Which, string DatedAt, string Running, string AtItsPace, Func<string, string> WantedUnless, string Withdrawn)
{
    /// <summary>All issues' rows, for the statements that are run now and then.</summary>
    public static readonly LedgerTable Deliveries = new(
        LedgerKind.Delivery,
        "digest.deliveries",
        "issue_id",
        "d.variant",
        "d.dated_at",
        RunningIs("d.issue_id"),
        PaceIs("d.issue_id"),
        suppressed => $"coalesce(s.state = 'confirmed' and (s.paused_until is null or s.paused_until <= @now) and not {suppressed}, false)",
        "exists (select from digest.issues i where i.id = d.issue_id and i.state = 'cancelled')");

    public static readonly LedgerTable Notices = new(
        LedgerKind.Notice,
        "digest.notices",
        "id",
        "d.kind",
        "null::timestamptz",
        "true",
        "true",
        suppressed => $"(s.state = case d.kind when 'confirmation' then 'pending' else 'confirmed' end and not {suppressed})",
        "false");

    /// <summary>A waiting row whose first try may have been accepted: if there is no second one, it is in doubt still.</summary>
    public const string WasInDoubt = "d.again_at is not null";

    /// <summary>A row in doubt, or one to be sent again for that which nobody has claimed.</summary>
    public const string MayBeSettledLate = $"(d.state = 'in_doubt' or (d.state in ('queued', 'deferred') and {WasInDoubt}))";

    /// <summary>What becomes of a row that is not sent because its reader may not have it.</summary>
    public const string NotSent = $"case when {WasInDoubt} then 'in_doubt' else 'suppressed' end";

    private static readonly ConcurrentDictionary<long, LedgerTable> Issues = [];
    private static readonly ConcurrentDictionary<long, LedgerTable> Canaries = [];

    /// <summary>Notices first: somebody waits for a confirmation, an issue has the morning.</summary>
    public static readonly IReadOnlyList<LedgerTable> All = [Notices, Deliveries];

    /// <summary>The reader is there and may have this mail now; otherwise the row becomes suppressed.</summary>
    public string Wanted => WantedUnless(SuppressionSql.Suppressed);

    /// <summary>
    /// A message that may have been accepted is in doubt and is not sent again, unless the newsletter's declared policy says
    /// so; it then has another try, with the same Message-ID and by the same relay, and a doubt about that one stays.
    /// </summary>
    public string SendsDoubtAgain => $"""
        (d.again_at is null and not {Withdrawn} and exists (
            select from digest.subscribers s join digest.newsletters n on n.id = s.newsletter_id
            where s.id = d.subscriber_id and n.policy ->> 'whenInDoubt' = 'send_again'))
        """;

    /// <summary>The table that holds this very row.</summary>
    public static LedgerTable Of(LedgerKey key) => key.Kind == LedgerKind.Notice ? Notices : OfIssue(key.Id);

    /// <summary>The canary's rows of an issue, of which alone is claimed until its verdict.</summary>
    public static LedgerTable CanaryOf(long issueId) => Canaries.GetOrAdd(
        issueId, static id => OfIssue(id) with { Running = $"d.canary and {RunningIs($"{id}")}" });

    /// <summary>The issue's own partition, whose statements cost the same in the hundredth issue as in the first.</summary>
    public static LedgerTable OfIssue(long issueId) => Issues.GetOrAdd(
        issueId, static id => Deliveries with { Name = LedgerPartition.NameOf(id), Running = RunningIs($"{id}"), AtItsPace = PaceIs($"{id}") });

    private static string RunningIs(string issue) => $"exists (select from digest.issues i where i.id = {issue} and i.state = 'sending')";

    private static string PaceIs(string issue) => $"this.pace is not distinct from (select i.per_minute from digest.issues i where i.id = {issue})";
}
