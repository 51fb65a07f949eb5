using System.Globalization;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Issues;

/// <param name="Story">The story.</param>
/// <param name="Reason">Why it stands where it stands, in words for the editor.</param>
public sealed record RankedStory(Story Story, string Reason);

/// <summary>
/// The order of an issue's stories, one criterion after the other: the editor's weight, how many sources a story weighs,
/// at how many stances they stand, and how fresh it is. No score is mixed from them, so that each place can be explained
/// by the one criterion that decided it.
/// </summary>
public sealed class Ranking(Newsletter newsletter)
{
    private readonly LocalClock clock = new(newsletter.Zone);

    private Criterion[] Criteria =>
    [
        new("the editor's weight", story => story.Weight),
        new("more sources", story => story.Sources.Count),
        new("more stances", Stances),
        new("freshness", story => story.PublishedAt.UtcTicks),
    ];

    public IReadOnlyList<RankedStory> Rank(IEnumerable<Story> stories)
    {
        var ordered = Criteria[1..]
            .Aggregate(stories.OrderByDescending(Criteria[0].Value), (order, criterion) => order.ThenByDescending(criterion.Value))
            .ThenBy(story => story.Slug, StringComparer.Ordinal)
            .ToList();
        return [.. ordered.Select((story, place) => new RankedStory(story, Reason(story, ordered.ElementAtOrDefault(place + 1))))];
    }

    private string Reason(Story story, Story? next)
    {
        var decisive = next is null ? null : Array.Find(Criteria, criterion => criterion.Value(story) != criterion.Value(next));
        return decisive is null ? $"{Facts(story)}." : $"{Facts(story)}; before the next by {decisive.Name}.";
    }

    private string Facts(Story story)
    {
        var weight = story.Weight == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Editor's weight {story.Weight:+0;-0}, ");
        var stances = Stances(story) is 0 ? "" : $" at {Count(Stances(story), "stance")}";
        var published = clock.Show(story.PublishedAt).ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture);
        return $"{weight}{Count(story.Sources.Count, "source")}{stances}, published {published}";
    }

    /// <summary>Stances of the newsletter's scale at which a source stands.</summary>
    private long Stances(Story story) => Spread.Of(story.Sources, newsletter.Vocabulary).Points.Count(point => point.Count > 0);

    private static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{number} {noun}s");

    /// <param name="Name">What the higher of two stories stands before the other by.</param>
    /// <param name="Value">Higher comes first.</param>
    private sealed record Criterion(string Name, Func<Story, long> Value);
}
