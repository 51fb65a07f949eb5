namespace Digest.Stories.Feeds;

/// <summary>How a feed of the newsletter's settings fares: when it was asked, what it answered, what is wrong with it.</summary>
public sealed class Feed
{
    public long Id { get; set; }

    public long NewsletterId { get; set; }

    /// <summary>As the settings write it; (newsletter, url) is unique.</summary>
    public required string Url { get; set; }

    /// <summary>Entity tag of the last whole answer (RFC 9110 section 8.8.3).</summary>
    public string? ETag { get; set; }

    /// <summary>Last-Modified of the last whole answer, as the server wrote it.</summary>
    public string? LastModified { get; set; }

    /// <summary>Not asked before this instant.</summary>
    public DateTimeOffset NextPollAt { get; set; }

    public DateTimeOffset? PolledAt { get; set; }

    /// <summary>The last answer that could be read, changed or not.</summary>
    public DateTimeOffset? SucceededAt { get; set; }

    /// <summary>Since when it has failed; none while it works. A failed feed never reads as an empty week.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; set; }

    /// <summary>What was wrong last, and what to do, in one sentence for the operator.</summary>
    public string? Problem { get; set; }
}

/// <summary>One entry of a feed, known by its own identity however often it is edited.</summary>
public sealed class FeedItem
{
    public long Id { get; set; }

    public long FeedId { get; set; }

    /// <summary>The entry's guid or id; its link where it has none. (feed, identity) is unique.</summary>
    public required string Identity { get; set; }

    /// <summary>The story that it became or is a source of; none when it was not taken.</summary>
    public long? StoryId { get; set; }

    /// <summary>SHA-256 of what was taken over: an unchanged entry changes nothing.</summary>
    public required byte[] ContentHash { get; set; }

    public required string Title { get; set; }

    /// <summary>Canonical.</summary>
    public required string Url { get; set; }

    public DateTimeOffset PublishedAt { get; set; }

    public DateTimeOffset FirstSeenAt { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Why it is no story, for the editor; none when it is.</summary>
    public string? NotTaken { get; set; }
}
