namespace Digest.Newsletters;

/// <summary>
/// A small share of each issue goes first, and the rest only when that share fared well: what a relay or a large provider
/// has against a mail then meets some readers, and not all.
/// </summary>
public sealed record CanaryPolicy
{
    /// <summary>How much of an issue, at least one mail. 0 to 5; 0 is no canary.</summary>
    public int Percent { get; init; }

    /// <summary>How long the rest waits for the canary's verdict, in minutes. 5 to 1440.</summary>
    public int WaitMinutes { get; init; } = 30;

    /// <summary>More than this of the canary deferred, and the issue pauses. 0 to 100.</summary>
    public int MaxDeferredPercent { get; init; } = 20;

    /// <summary>More than this of the canary rejected or in doubt, and the issue pauses. 0 to 100.</summary>
    public int MaxRejectedPercent { get; init; } = 5;

    /// <summary>More complaints of its readers than this, and the issue pauses. 0 to 1000.</summary>
    public int MaxComplaints { get; init; } = 3;
}
