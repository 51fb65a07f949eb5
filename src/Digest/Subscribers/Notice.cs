using Digest.Smtp;

namespace Digest.Subscribers;

/// <summary>
/// A mail to one person that is no issue: the confirmation or the welcome. Written in the transaction of what caused it
/// and sent by the worker with the ledger's rules, so the public page needs no SMTP and loses nothing.
/// </summary>
public sealed class Notice
{
    /// <summary>How long a notice may wait for a relay: later it would surprise whoever asked for it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);

    public long Id { get; set; }

    public long SubscriberId { get; set; }

    public NoticeKind Kind { get; set; }

    public DeliveryState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public int Attempts { get; set; }

    public Guid? ClaimedBy { get; set; }

    public DateTimeOffset? ClaimedAt { get; set; }

    /// <summary>The day's share of a relay that the claim was counted under; says nothing of a row that is not claimed.</summary>
    public string? CountedUnder { get; set; }

    public DateTimeOffset? BegunAt { get; set; }

    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>See <c>Delivery.AgainAt</c>.</summary>
    public DateTimeOffset? AgainAt { get; set; }

    /// <summary>Which relay the last try went to.</summary>
    public string? Relay { get; set; }

    public string? Stage { get; set; }

    public int? ReplyCode { get; set; }

    public string? EnhancedCode { get; set; }

    public string? Reply { get; set; }

    /// <summary>Due at once.</summary>
    public static Notice Queued(long subscriberId, NoticeKind kind, DateTimeOffset now) => new()
    {
        SubscriberId = subscriberId,
        Kind = kind,
        State = DeliveryState.Queued,
        CreatedAt = now,
        DueAt = now,
        ExpiresAt = now + Lifetime,
    };
}

public enum NoticeKind
{
    Confirmation,
    Welcome,
}
