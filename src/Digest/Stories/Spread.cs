using Digest.Newsletters;

namespace Digest.Stories;

/// <summary>How many sources stand at each stance of the newsletter's scale, in the scale's order. Derived, never stored.</summary>
public sealed record Spread(IReadOnlyList<SpreadPoint> Points)
{
    /// <summary>Sources that have a stance.</summary>
    public int Total => Points.Sum(point => point.Count);

    public static Spread Of(IEnumerable<StorySource> sources, Vocabulary vocabulary)
    {
        var counts = sources.Where(source => source.Stance is not null).CountBy(source => source.Stance!).ToDictionary();
        return new Spread([.. vocabulary.Stances.Select(stance => new SpreadPoint(stance, counts.GetValueOrDefault(stance.Key)))]);
    }
}

public sealed record SpreadPoint(Term Stance, int Count);
