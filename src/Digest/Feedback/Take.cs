namespace Digest.Feedback;

/// <summary>What a reader said under a story or an issue. Anonymous unless they left an address.</summary>
public sealed class Take
{
    public long Id { get; set; }

    public long NewsletterId { get; set; }

    /// <summary>The issue under which it was written, or in whose mail the link stood; none under a story on the web.</summary>
    public long? IssueId { get; set; }

    public long? StoryId { get; set; }

    /// <summary>"How'd I do on this one?"; none when only something was written.</summary>
    public TakeRating? Rating { get; set; }

    /// <summary>"What did I miss?", as typed; never shown as anything but text.</summary>
    public string Text { get; set; } = "";

    /// <summary>For an answer, when the reader wants one.</summary>
    public string? Address { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When an editor had seen it.</summary>
    public DateTimeOffset? SeenAt { get; set; }
}

public enum TakeRating
{
    Good,

    Fair,

    Poor,
}
