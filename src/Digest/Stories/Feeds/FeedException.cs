namespace Digest.Stories.Feeds;

/// <summary>A feed could not be asked or read. The message is a clause that follows "the feed": what is wrong, and what to do.</summary>
public sealed class FeedException(string message) : Exception(message)
{
    /// <summary>How the message begins when <see cref="IsGone"/>.</summary>
    public const string Gone = "is gone for good";

    /// <summary>It will not come back (RFC 9110 section 15.5.11): the operator is told at once.</summary>
    public bool IsGone { get; init; }

    /// <summary>Its host has no public address.</summary>
    public bool IsPrivateAddress { get; init; }

    /// <summary>When its server wants to be asked again (RFC 9110 section 10.2.3); none where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
