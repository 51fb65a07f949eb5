namespace Digest.Newsletters;

/// <summary>
/// One publication's weekly mail: who sends it, when, how it looks, and the vocabulary its stories are written in.
/// An installation carries any number; every other row belongs to exactly one.
/// </summary>
public sealed class Newsletter
{
    public long Id { get; set; }

    /// <summary>Lower-case name in URLs and on the command line, unique in the installation.</summary>
    public required string Slug { get; set; }

    public required string Name { get; set; }

    /// <summary>One line of promise, shown where people subscribe.</summary>
    public string Tagline { get; set; } = "";

    /// <summary>BCP 47 language of the mail's own words; a story may have its own.</summary>
    public string Language { get; set; } = "en";

    /// <summary>IANA zone id (never a Windows id) in which weeks begin and the schedule is read.</summary>
    public required string TimeZone { get; set; }

    public required SenderIdentity Sender { get; set; }

    public WeeklySchedule Schedule { get; set; } = new();

    public IssuePolicy Policy { get; set; } = new();

    public Brand Brand { get; set; } = new();

    /// <summary>Valid postal address of the publisher, in both parts of every mail (15 U.S.C. 7704(a)(5)).</summary>
    public required string PostalAddress { get; set; }

    public Vocabulary Vocabulary { get; set; } = new();

    /// <summary>Feeds that stories come from.</summary>
    public IReadOnlyList<FeedSettings> Feeds { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}
