using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Issues;

/// <summary>What a story is ranked by, counted from its sources.</summary>
internal sealed class StoryFacts
{
    public StoryFacts(Story story, Vocabulary vocabulary)
    {
        Story = story;
        Sources = story.Sources.Count;
        Outlets = story.Sources.Select(source => source.Outlet).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        Lenses = story.Sources.Select(source => source.Lens).OfType<string>().Distinct(StringComparer.Ordinal).Count();
        var points = Stories.Spread.Of(story.Sources, vocabulary).Points;
        var taken = points.Index().Where(point => point.Item.Count > 0).ToList();
        if (taken.Count == 0)
        {
            return;
        }

        // How far apart the outermost stances are and how many there are between them: two poles alone are half a spread.
        var range = points.Count < 2 ? 0 : (double)(taken[^1].Index - taken[0].Index) / (points.Count - 1);
        Spread = (range + ((double)(taken.Count - 1) / Math.Max(1, points.Count - 1))) / 2;
        var (low, high) = (taken[0].Item.Stance.Label, taken[^1].Item.Stance.Label);
        SpreadInWords = taken.Count == 1 ? $"one stance, {low}" : $"stances from {low} to {high}";
    }

    public Story Story { get; }

    public int Sources { get; }

    public int Outlets { get; }

    public int Lenses { get; }

    /// <summary>Voices that do not merely repeat each other: another outlet, or another lens.</summary>
    public int Diversity => Outlets + Lenses;

    /// <summary>0 where all sources stand together, 1 where they stand at every stance of the scale.</summary>
    public double Spread { get; }

    public string SpreadInWords { get; } = "no stance";
}
