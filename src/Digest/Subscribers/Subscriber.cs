namespace Digest.Subscribers;

/// <summary>A person's relation to one newsletter.</summary>
public sealed class Subscriber
{
    public long Id { get; set; }

    public long NewsletterId { get; set; }

    /// <summary>The address as typed: what mail is sent to.</summary>
    public required string Address { get; set; }

    /// <summary>Trimmed, lower-case, domain as A-label: what addresses are compared by. Unique in the newsletter.</summary>
    public required string AddressKey { get; set; }

    public SubscriberState State { get; set; }

    /// <summary>IANA zone the reader chose, or none for the newsletter's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Topics the reader chose; empty is everything.</summary>
    public List<string> Topics { get; set; } = [];

    /// <summary>No issue is sent before this instant.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Part of every token; raising it revokes all links mailed before.</summary>
    public int TokenVersion { get; set; } = 1;

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>When the reader last left; kept while their return waits to be confirmed.</summary>
    public DateTimeOffset? UnsubscribedAt { get; set; }
}

public enum SubscriberState
{
    /// <summary>Asked to subscribe; the address is not confirmed and gets no issue.</summary>
    Pending,

    Confirmed,

    Unsubscribed,
}

/// <summary>Evidence of consent and its withdrawal (GDPR Art. 7(1)). Append-only: the database refuses updates.</summary>
public sealed class ConsentEvent
{
    public long Id { get; set; }

    public long SubscriberId { get; set; }

    public ConsentKind Kind { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Where it happened: "public page", "one-click", "import subscribers.csv", "operator".</summary>
    public required string Source { get; set; }

    /// <summary>Version of the words the person saw; see <c>ConsentTexts</c>.</summary>
    public string? TextVersion { get; set; }

    /// <summary>Address the request came from, when the installation records it.</summary>
    public string? RemoteAddress { get; set; }
}

public enum ConsentKind
{
    Requested,
    Confirmed,
    Unsubscribed,
    Imported,
}

/// <summary>An address that gets nothing. Holds a keyed hash, so that it outlives erasure and re-import.</summary>
public sealed class Suppression
{
    public long Id { get; set; }

    /// <summary>The newsletter, or none for the whole installation.</summary>
    public long? NewsletterId { get; set; }

    /// <summary>HMAC-SHA256 of the address key; see <c>AddressHash</c>.</summary>
    public required byte[] AddressHash { get; set; }

    public SuppressionReason Reason { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The reply or report that caused it, without the address.</summary>
    public string? Detail { get; set; }
}

public enum SuppressionReason
{
    /// <summary>The mailbox does not exist (5.1.1 and kin).</summary>
    HardBounce,

    Complaint,

    Operator,
}
