namespace Digest.Issues;

/// <summary>One newsletter's issue for one week. The pair is unique: a job that fires twice finds the same issue.</summary>
public sealed class Issue
{
    public long Id { get; set; }

    public long NewsletterId { get; set; }

    /// <summary>The local Monday that names the week.</summary>
    public DateOnly Week { get; set; }

    public IssueState State { get; set; }

    /// <summary>Start of the half-open content window: where the previous issue's window ended.</summary>
    public DateTimeOffset WindowStart { get; set; }

    public DateTimeOffset WindowEnd { get; set; }

    /// <summary>The scheduled instant of the send: the newsletter's local hour on the Monday.</summary>
    public DateTimeOffset DueAt { get; set; }

    public string Subject { get; set; } = "";

    public string Preheader { get; set; } = "";

    /// <summary>In the order in which the issue shows them.</summary>
    public List<IssueStory> Stories { get; set; } = [];

    /// <summary>Frozen renderings, one a variant; empty for a skipped issue.</summary>
    public List<IssueContent> Contents { get; set; } = [];

    /// <summary>Corrections of earlier issues that this one tells of.</summary>
    public List<IssueCorrection> Corrections { get; set; } = [];

    /// <summary>The editor's own opening words, in inline Markdown; an approved draft goes before them. None without.</summary>
    public string? Introduction { get; set; }

    /// <summary>The editor's own subject, in place of the one proposed from the lead; an approved draft goes before it.</summary>
    public string? EditedSubject { get; set; }

    /// <summary>The editor's own preheader, in place of the proposed one.</summary>
    public string? EditedPreheader { get; set; }

    /// <summary>Stories that the editor put in order, the lead first; those not named follow by rank.</summary>
    public List<long> EditedOrder { get; set; } = [];

    /// <summary>What the last assembly's preflight found, errors first.</summary>
    public IReadOnlyList<PreflightFinding> Preflight { get; set; } = [];

    /// <summary>What keeps the policy from approving it.</summary>
    public IReadOnlyList<PreflightFinding> Errors => [.. Preflight.Where(finding => finding.Severity == PreflightSeverity.Error)];

    public DateTimeOffset AssembledAt { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>Who approved: an operator's name, or "policy".</summary>
    public string? ApprovedBy { get; set; }

    /// <summary>SHA-256 of what was approved; only content with this hash is ever sent.</summary>
    public byte[]? ApprovedHash { get; set; }

    public DateTimeOffset? QueuedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Until when only the canary goes out; none without one.</summary>
    public DateTimeOffset? CanaryUntil { get; set; }

    /// <summary>
    /// When the canary's verdict was given; from then on it holds nobody back. A bad verdict pauses the issue at the same
    /// instant, so that only an operator's resuming sends the rest.
    /// </summary>
    public DateTimeOffset? CanaryReleasedAt { get; set; }

    /// <summary>By when its first tries should be over, by the schedule as it stood at the queueing; none when nobody asked.</summary>
    public DateTimeOffset? FinishBy { get; set; }

    /// <summary>When the rows of its ledger were dropped; their totals stay.</summary>
    public DateTimeOffset? LedgerDroppedAt { get; set; }

    /// <summary>The operator's own limit, in messages a minute over all workers; none is as fast as the relays allow.</summary>
    public int? PerMinute { get; set; }

    /// <summary>Why the issue is skipped, missed, paused or cancelled, for the operator.</summary>
    public string? StateReason { get; set; }
}

/// <summary>States are stored as their snake_case names.</summary>
public enum IssueState
{
    /// <summary>Rendered and frozen; waits for approval.</summary>
    Assembled,

    /// <summary>Its hash is approved; waits for Monday.</summary>
    Approved,

    /// <summary>Its deliveries are queued and go out as they fall due.</summary>
    Sending,

    /// <summary>An operator or a fault of ours stopped it; nothing is claimed.</summary>
    Paused,

    /// <summary>Every delivery is settled.</summary>
    Sent,

    /// <summary>A week without stories: visible, nothing to send.</summary>
    Skipped,

    /// <summary>The send ran later than the schedule allows.</summary>
    Missed,

    /// <summary>An operator withdrew it.</summary>
    Cancelled,
}

/// <summary>A story's place in an issue.</summary>
public sealed class IssueStory
{
    public long IssueId { get; set; }

    public long StoryId { get; set; }

    /// <summary>From 0; 0 is the lead.</summary>
    public int Position { get; set; }

    /// <summary>Why it stands there, in words for the editor.</summary>
    public string Reason { get; set; } = "";

    /// <summary>The rank's sum, 0 to 1 and the editor's weight on top; higher comes first.</summary>
    public double Score { get; set; }

    public Stories.Story? Story { get; set; }
}

/// <summary>That an issue tells of a correction: told once, unless the issue is cancelled or missed.</summary>
public sealed class IssueCorrection
{
    public long IssueId { get; set; }

    public long CorrectionId { get; set; }

    public Stories.Correction? Correction { get; set; }
}

/// <summary>One thing that is wrong with an issue before it goes out, and what to do about it.</summary>
/// <param name="Check">Stable name of the check: <c>size</c>, <c>links</c>, <c>contrast</c>.</param>
/// <param name="Severity">Whether the issue may be approved with it.</param>
/// <param name="Finding">What is wrong and where, in one sentence.</param>
/// <param name="Remedy">What to do, in one sentence.</param>
/// <param name="Variant">The variant in which it was found; empty for all or the whole.</param>
public sealed record PreflightFinding(string Check, PreflightSeverity Severity, string Finding, string Remedy, string Variant = "");

public enum PreflightSeverity
{
    /// <summary>The issue is not approved by policy, and by an operator only with this in sight.</summary>
    Error,

    Warning,
}

/// <summary>Words that a writer proposed for an issue. A proposal goes out only when somebody approved it.</summary>
public sealed class IssueDraft
{
    public long Id { get; set; }

    public long IssueId { get; set; }

    public DraftKind Kind { get; set; }

    /// <summary>Inline Markdown for an introduction, plain for a subject.</summary>
    public required string Text { get; set; }

    /// <summary>Slugs of the stories that its sentences cite, a list for each sentence.</summary>
    public IReadOnlyList<DraftSentence> Sentences { get; set; } = [];

    /// <summary>Which model wrote it, as the endpoint names it.</summary>
    public required string Model { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public string? ApprovedBy { get; set; }

    public DateTimeOffset? RejectedAt { get; set; }
}

public enum DraftKind
{
    Introduction,

    Subject,
}

public sealed record DraftSentence(string Text, IReadOnlyList<string> Stories);

/// <summary>An issue rendered for every real reader, into nowhere; kept to be compared with the next.</summary>
public sealed class Rehearsal
{
    public long Id { get; set; }

    public long IssueId { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Hash of the issue that was rehearsed.</summary>
    public required byte[] ContentHash { get; set; }

    public int Candidates { get; set; }

    /// <summary>Messages written, each complete.</summary>
    public int Written { get; set; }

    public int Failed { get; set; }

    /// <summary>What meets every reader is a setting or a template; nothing would go out on Monday either.</summary>
    public bool FailedForAll => Written == 0 && Failed > 0;

    /// <summary>Candidates who would get no row.</summary>
    public int Excluded => Candidates - Written - Failed;

    /// <summary>The first few reasons, each with its number of readers; no address in them.</summary>
    public IReadOnlyList<string> Failures { get; set; } = [];

    /// <summary>Of a whole message on the wire, in bytes.</summary>
    public int LargestBytes { get; set; }

    public int Percentile95Bytes { get; set; }

    /// <summary>Deliveries of the issue before; none for the first.</summary>
    public int? LastWeek { get; set; }

    /// <summary>Fewer than two thirds of those who got the issue before.</summary>
    public bool HasFallen => LastWeek is { } last && Written + Failed < last - (last / 3);

    /// <summary>When everybody would have been tried once, sent at its due instant; none when nothing is known of the speed.</summary>
    public DateTimeOffset? PredictedFinish { get; set; }

    public TimeSpan Took { get; set; }
}

/// <summary>What will be sent, byte for byte, but for the slots. Never updated: a change is a new assembly.</summary>
public sealed class IssueContent
{
    public long Id { get; set; }

    public long IssueId { get; set; }

    /// <summary>Which choice of topics this rendering is for; empty is everything.</summary>
    public string Variant { get; set; } = "";

    public required string Subject { get; set; }

    public required string Preheader { get; set; }

    /// <summary>HTML part with slots (see <c>Rendering.Slots</c>).</summary>
    public required string Html { get; set; }

    /// <summary>Text twin with the same slots.</summary>
    public required string Text { get; set; }

    /// <summary>SHA-256 over subject, preheader, HTML and text.</summary>
    public required byte[] Sha256 { get; set; }

    public DateTimeOffset FrozenAt { get; set; }
}
