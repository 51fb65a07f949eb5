using System.Globalization;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>Sources by stance, for a meter of one column a stance.</summary>
/// <param name="Points">In the scale's order.</param>
/// <param name="Total">Sources that have a stance.</param>
/// <param name="LowPole">What the first end of the scale stands for.</param>
/// <param name="HighPole">What the last end stands for.</param>
public sealed record SpreadView(IReadOnlyList<SpreadPoint> Points, int Total, string LowPole, string HighPole)
{
    /// <summary>The largest count, at least one: a column is as high as its count is to this.</summary>
    public int Peak { get; } = Math.Max(1, Points.Max(point => point.Count));

    /// <summary>The stances that some source has, with their counts: "1 Skeptic, 2 Neutral".</summary>
    public string InWords { get; } = string.Join(", ", Points.Where(point => point.Count > 0).Select(point => $"{point.Count} {point.Stance.Label}"));

    /// <summary>Longest label, for aligned columns of text.</summary>
    public int LabelColumns { get; } = Points.Max(point => TextColumns.Of(point.Stance.Label));

    /// <summary>A stance as a line of text: label, count, and a bar of at most forty marks.</summary>
    public string Line(SpreadPoint point)
    {
        var bar = new string('#', Peak <= 40 ? point.Count : (int)Math.Ceiling(40d * point.Count / Peak));
        var space = new string(' ', LabelColumns - TextColumns.Of(point.Stance.Label));
        return string.Create(CultureInfo.InvariantCulture, $"{point.Stance.Label}{space}  {point.Count,3}  {bar}").TrimEnd();
    }

    /// <returns>None when no source has a stance of the scale.</returns>
    public static SpreadView? Of(IEnumerable<StorySource> sources, Vocabulary vocabulary)
    {
        var spread = Spread.Of(sources, vocabulary);
        return spread.Total == 0 ? null : new SpreadView(spread.Points, spread.Total, vocabulary.LowPole, vocabulary.HighPole);
    }
}
