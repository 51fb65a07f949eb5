namespace Digest.Deliveries;

/// <summary>Why a candidate got no delivery when the issue was queued. Queued plus excluded is every candidate.</summary>
public sealed class Exclusion
{
    public long IssueId { get; set; }

    public long SubscriberId { get; set; }

    public ExclusionReason Reason { get; set; }
}

public enum ExclusionReason
{
    Unconfirmed,
    Unsubscribed,
    Paused,
    Suppressed,

    /// <summary>The issue has nothing on the topics they chose.</summary>
    Topics,
}

/// <summary>What is kept of an issue's exclusions when its rows are dropped: how many had which reason.</summary>
public sealed class ExclusionTotal
{
    public long IssueId { get; set; }

    public ExclusionReason Reason { get; set; }

    public int Count { get; set; }
}
