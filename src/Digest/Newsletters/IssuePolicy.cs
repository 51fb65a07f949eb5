namespace Digest.Newsletters;

/// <summary>What happens to an issue when nobody decides.</summary>
public sealed record IssuePolicy
{
    public ApprovalDefault WhenNobodyApproves { get; init; } = ApprovalDefault.Send;

    public InDoubtDefault WhenInDoubt { get; init; } = InDoubtDefault.Leave;

    public CanaryPolicy Canary { get; init; } = new();

    /// <summary>Largest number of stories in one issue; the rest wait for the archive. 1 to 100.</summary>
    public int MaximumStories { get; init; } = 12;

    /// <summary>How many weeks a story that did not fit is a candidate again, 0 to 8.</summary>
    public int HoldOverWeeks { get; init; }

    /// <summary>Choices of topics that get a rendering of their own, the most chosen first, 0 to 100; readers of others get the whole issue.</summary>
    public int MaximumVariants { get; init; } = 16;

    public RankingWeights Ranking { get; init; } = new();
}

/// <summary>What counts how much in a story's rank: each a share of the whole, 0 to 100; all 0 but one ranks by that alone.</summary>
public sealed record RankingWeights
{
    /// <summary>How many sources the story weighs.</summary>
    public int Sources { get; init; } = 30;

    /// <summary>From how many outlets and through how many lenses they look.</summary>
    public int Diversity { get; init; } = 20;

    /// <summary>Over how much of the stance scale they spread.</summary>
    public int Spread { get; init; } = 20;

    /// <summary>How late in the week it was published.</summary>
    public int Freshness { get; init; } = 20;

    /// <summary>That its topics are not those of the stories before it.</summary>
    public int Balance { get; init; } = 10;
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
