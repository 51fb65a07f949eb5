namespace Digest.Newsletters;

/// <summary>What happens to an issue when nobody decides.</summary>
public sealed record IssuePolicy
{
    public ApprovalDefault WhenNobodyApproves { get; init; } = ApprovalDefault.Send;

    public InDoubtDefault WhenInDoubt { get; init; } = InDoubtDefault.Leave;

    public CanaryPolicy Canary { get; init; } = new();

    /// <summary>Largest number of stories in one issue; the rest wait for the archive. 1 to 100.</summary>
    public int MaximumStories { get; init; } = 12;
}

public enum ApprovalDefault
{
    Send,
    Hold,
}

/// <summary>What to do with a delivery whose acceptance is unknown: at most once by default (RFC 5321 section 6.1 allows a duplicate, we do not).</summary>
public enum InDoubtDefault
{
    Leave,
    SendAgain,
}
