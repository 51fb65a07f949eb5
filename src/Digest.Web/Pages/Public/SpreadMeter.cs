using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Web.Pages.Public;

/// <summary>A story's spread as bars, the longest for the stance with the most sources.</summary>
public sealed record SpreadMeter(Newsletter Newsletter, Spread Spread)
{
    /// <summary>Sources that have a stance.</summary>
    public int Total => Spread.Total;

    /// <summary>Each stance with its bar's length in percent; a stance with a source is never without a bar.</summary>
    public IEnumerable<(SpreadPoint Point, int Share)> Points
    {
        get
        {
            var peak = Math.Max(1, Spread.Points.Max(point => point.Count));
            return Spread.Points.Select(point => (point, point.Count == 0 ? 0 : Math.Max(6, 100 * point.Count / peak)));
        }
    }

    /// <summary>What the ends of the scale stand for, where the newsletter says both.</summary>
    public (string Low, string High)? Poles => Newsletter.Vocabulary is { LowPole: { Length: > 0 } low, HighPole: { Length: > 0 } high } ? (low, high) : null;
}
