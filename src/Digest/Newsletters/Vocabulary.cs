namespace Digest.Newsletters;

/// <summary>The words a publication sorts its stories by. They are settings: no scale, lens or heading is known to the code.</summary>
public sealed record Vocabulary
{
    /// <summary>More than these nobody reads through on a preferences page.</summary>
    public const int MostTopics = 20;

    /// <summary>The stance scale from its first pole to its last, at least two, at most nine.</summary>
    public IReadOnlyList<Term> Stances { get; init; } = [];

    /// <summary>What the axis says left and right of the meter, for example "Anti-AI" and "Pro-AI".</summary>
    public string LowPole { get; init; } = "";

    public string HighPole { get; init; } = "";

    public IReadOnlyList<Term> Lenses { get; init; } = [];

    /// <summary>What readers may choose from and stories are sorted by; without any, a story's topics are free words and nobody chooses.</summary>
    public IReadOnlyList<Term> Topics { get; init; } = [];

    public Headings Headings { get; init; } = new();
}

/// <summary>A key as stories write it and the label readers see.</summary>
public sealed record Term(string Key, string Label);

/// <summary>Headings of a story's sections.</summary>
public sealed record Headings
{
    public string Spread { get; init; } = "Source spread";
    public string Sources { get; init; } = "Sources";
    public string Holds { get; init; } = "What holds";
    public string Scrutiny { get; init; } = "What deserves scrutiny";
    public string Watch { get; init; } = "What to watch";
    public string FurtherReading { get; init; } = "Further reading";
    public string Disagreements { get; init; } = "Where the outlets disagree";
    public string Number { get; init; } = "The number of the week";
    public string WeekSpread { get; init; } = "Where the week’s sources stand";
    public string Corrections { get; init; } = "Corrections";
}
