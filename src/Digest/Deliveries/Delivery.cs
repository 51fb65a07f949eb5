using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>
/// One row of the delivery ledger: one issue to one subscriber, and that pair is its key.
/// The row says what is known, never more: an SMTP 250 is acceptance, not delivery. Each issue's rows are a partition of
/// their own (docs/decisions/0008), and a row outlives its reader: it names them by a number alone.
/// </summary>
public sealed class Delivery
{
    public long IssueId { get; set; }

    public long SubscriberId { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>Which frozen rendering goes out.</summary>
    public string Variant { get; set; } = "";

    /// <summary>Not claimed before this instant; moved forward by a deferral.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Not claimed after this instant: the row then expires.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>
    /// Date of the mail where it is another instant than the issue's queueing: when the row first fell due. The same on
    /// every try (checklist A8).
    /// </summary>
    public DateTimeOffset? DatedAt { get; set; }

    /// <summary>Goes out before the others, which wait for what becomes of it.</summary>
    public bool Canary { get; set; }

    /// <summary>Tries after which it waits for another: deferred by a server, or in doubt and sent again by policy.</summary>
    public int Attempts { get; set; }

    /// <summary>The worker that holds the row; only it may begin and settle.</summary>
    public Guid? ClaimedBy { get; set; }

    public DateTimeOffset? ClaimedAt { get; set; }

    /// <summary>The day's share of a relay (<see cref="SendBudget.Key"/>) that the claim was counted under; says nothing of a row that is not claimed.</summary>
    public string? CountedUnder { get; set; }

    /// <summary>
    /// Committed before the first byte of the message is sent. A claim without it can be released safely;
    /// a claim with it whose worker died is in doubt.
    /// </summary>
    public DateTimeOffset? BegunAt { get; set; }

    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>When a try in doubt was to be sent again by the newsletter's policy, which happens once: the next doubt stays one.</summary>
    public DateTimeOffset? AgainAt { get; set; }

    /// <summary>Which relay has the row, or had its last try: a deferred message goes there again (RFC 6647 compares the source).</summary>
    public string? Relay { get; set; }

    /// <summary>Where in the conversation the last try ended; see <c>Smtp.SmtpStage</c>.</summary>
    public string? Stage { get; set; }

    /// <summary>Three digits of the last reply (RFC 5321).</summary>
    public int? ReplyCode { get; set; }

    /// <summary>Enhanced status of the last reply (RFC 3463), for example 5.1.1.</summary>
    public string? EnhancedCode { get; set; }

    /// <summary>Text of the last reply, with addresses removed; carries the relay's queue id.</summary>
    public string? Reply { get; set; }
}

/// <summary>A process that sends. While its heartbeat is fresh its claims stand; when it lapses they are recovered.</summary>
public sealed class SendingWorker
{
    public Guid Id { get; set; }

    public required string Host { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset HeartbeatAt { get; set; }

    /// <summary>Connections that it may hold.</summary>
    public int Lanes { get; set; }

    /// <summary>Readers that it tried for the first time in the last minute, as of its last heartbeat.</summary>
    public int PerMinute { get; set; }

    public DateTimeOffset? StoppedAt { get; set; }
}

/// <summary>What is kept of an issue's ledger when its rows are dropped: how many ended in which state.</summary>
public sealed class LedgerTotal
{
    public long IssueId { get; set; }

    public DeliveryState State { get; set; }

    public int Count { get; set; }
}

/// <summary>
/// Messages that may still be claimed under one limit, for all workers together; refilled as time passes. A row, so that
/// a restart does not begin a new allowance.
/// </summary>
public sealed class SendBudget
{
    /// <summary>What is limited: <c>relay:NAME</c>, <c>domain:NAME</c> or <c>issue:ID</c>; <c>relay:NAME:hold</c> is empty until its instant.</summary>
    public required string Key { get; set; }

    public double Tokens { get; set; }

    /// <summary>Up to when <see cref="Tokens"/> was refilled.</summary>
    public DateTimeOffset RefilledAt { get; set; }
}

/// <summary>One of the connections that a relay allows to all workers together, and who holds it.</summary>
public sealed class RelaySlot
{
    public required string Relay { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }

    public Guid? HeldBy { get; set; }
}
