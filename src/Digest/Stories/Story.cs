namespace Digest.Stories;

/// <summary>One published story: the publication's take on an event, with the sources it weighs.</summary>
public sealed class Story
{
    public long Id { get; set; }

    public long NewsletterId { get; set; }

    /// <summary>Lower-case name, unique in the newsletter; the identity by which a story is imported again.</summary>
    public required string Slug { get; set; }

    public required string Title { get; set; }

    /// <summary>One or two sentences that say what the story says.</summary>
    public string Standfirst { get; set; } = "";

    /// <summary>The body as written, in Markdown with tables.</summary>
    public string Body { get; set; } = "";

    /// <summary><see cref="Body"/> as HTML, sanitised on the way in; the only form that is ever rendered raw.</summary>
    public string BodyHtml { get; set; } = "";

    /// <summary>BCP 47 language of the story when it is not the newsletter's; decides its direction.</summary>
    public string? Language { get; set; }

    /// <summary>Absolute URL at which the story is published, or none: the archive then carries it.</summary>
    public string? CanonicalUrl { get; set; }

    public List<string> Topics { get; set; } = [];

    /// <summary>In the order in which the story lists them.</summary>
    public List<StorySource> Sources { get; set; } = [];

    /// <summary>What holds: points in inline Markdown.</summary>
    public List<string> Holds { get; set; } = [];

    /// <summary>What deserves scrutiny: points in inline Markdown.</summary>
    public List<string> Scrutiny { get; set; } = [];

    /// <summary>What to watch: points in inline Markdown.</summary>
    public List<string> Watch { get; set; } = [];

    /// <summary>What the story says, in the editor's few sentences; inline Markdown.</summary>
    public List<string> KeyPoints { get; set; } = [];

    /// <summary>Where the outlets disagree: points in inline Markdown.</summary>
    public List<string> Disagreements { get; set; } = [];

    /// <summary>A number that stands for the story; one of the week's is shown large.</summary>
    public StoryNumber? Number { get; set; }

    public IReadOnlyList<FurtherReading> FurtherReading { get; set; } = [];

    /// <summary>The editor's weight, -100 to 100; higher comes first.</summary>
    public int Weight { get; set; }

    /// <summary>The instant of publication, which alone decides the week.</summary>
    public DateTimeOffset PublishedAt { get; set; }

    public StoryOrigin Origin { get; set; }

    /// <summary>The week for whose issue an editor keeps it, whatever its instant says; none when nobody did.</summary>
    public DateOnly? HeldTo { get; set; }

    /// <summary>When an editor took it out of every issue to come; none when nobody did.</summary>
    public DateTimeOffset? DroppedAt { get; set; }

    /// <summary>Why it was dropped, or why it is held over; for the editor.</summary>
    public string? DecisionReason { get; set; }

    /// <summary>What was wrong in a version that went out, and how it stands now.</summary>
    public List<Correction> Corrections { get; set; } = [];

    /// <summary>SHA-256 over the written form: importing the same file again changes nothing.</summary>
    public byte[] ContentHash { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>How a story came in, and so what may change it again.</summary>
public enum StoryOrigin
{
    /// <summary>A Markdown file.</summary>
    Written,

    Api,

    Feed,
}

/// <param name="Value">As it is printed: <c>28.8 million</c>, <c>37 %</c>.</param>
/// <param name="Says">What it counts; inline Markdown.</param>
public sealed record StoryNumber(string Value, string Says);

/// <summary>A published mistake and its mending. Never changed: the next mistake is another correction.</summary>
public sealed class Correction
{
    /// <summary>Characters; more is another story.</summary>
    public const int LongestText = 1000;

    public long Id { get; set; }

    public long StoryId { get; set; }

    /// <summary>What was wrong and what is right; inline Markdown.</summary>
    public required string Text { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>When it came in, which may be later: what was frozen before does not have it.</summary>
    public DateTimeOffset RecordedAt { get; set; }
}

/// <summary>An outlet's piece that the story weighs.</summary>
public sealed class StorySource
{
    public long Id { get; set; }

    public long StoryId { get; set; }

    /// <summary>Place in the story's list, from 0.</summary>
    public int Position { get; set; }

    public required string Outlet { get; set; }

    public required string Url { get; set; }

    public string? Title { get; set; }

    /// <summary>Key of one of the newsletter's lenses.</summary>
    public string? Lens { get; set; }

    /// <summary>Key on the newsletter's stance scale; a source without one does not count in the spread.</summary>
    public string? Stance { get; set; }

    public string? Note { get; set; }
}

public sealed record FurtherReading(string Title, string Url, string? Outlet = null, string? Note = null);
