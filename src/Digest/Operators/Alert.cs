namespace Digest.Operators;

/// <summary>Something the operator must know: what happened, and what to do about it.</summary>
public sealed class Alert
{
    public long Id { get; set; }

    public long? NewsletterId { get; set; }

    public long? IssueId { get; set; }

    /// <summary>Stable name of the kind, for example "issue-missed" or "run-paused". One open alert a kind and issue.</summary>
    public required string Kind { get; set; }

    public required string Message { get; set; }

    /// <summary>What the operator can do now, in one sentence.</summary>
    public required string NextStep { get; set; }

    public DateTimeOffset RaisedAt { get; set; }

    public DateTimeOffset? ClearedAt { get; set; }
}
