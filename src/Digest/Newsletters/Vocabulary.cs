namespace Digest.Newsletters;

/// <summary>The words a publication sorts its stories by. They are settings: no scale, lens or heading is known to the code.</summary>
public sealed record Vocabulary
{
    /// <summary>The stance scale from its first pole to its last, at least two, at most nine.</summary>
    public IReadOnlyList<Term> Stances { get; init; } = [];

    /// <summary>What the axis says left and right of the meter, for example "Anti-AI" and "Pro-AI".</summary>
    public string LowPole { get; init; } = "";

    public string HighPole { get; init; } = "";

    public IReadOnlyList<Term> Lenses { get; init; } = [];

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
}
