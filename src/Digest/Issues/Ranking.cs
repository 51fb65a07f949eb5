using System.Globalization;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Issues;

/// <param name="Story">The story.</param>
/// <param name="Score">What it was ranked by: 0 to 1, and a hundredth for each point of the editor's weight.</param>
/// <param name="Reason">Why it stands where it stands, in words for the editor.</param>
public sealed record RankedStory(Story Story, double Score, string Reason);

/// <summary>
/// The order of an issue's stories. Each criterion is a share of 0 to 1 of the week's best, the policy says what counts how
/// much, and the editor's weight comes on top: 100 of it outweighs everything. Topics are balanced as the stories are
/// chosen one by one, after the maximal marginal relevance of Carbonell and Goldstein (SIGIR 1998). Every part of the sum is
/// written down beside the place.
/// </summary>
public sealed class Ranking(Newsletter newsletter, DateTimeOffset from, DateTimeOffset to)
{
    private readonly RankingWeights weights = newsletter.Policy.Ranking;
    private readonly LocalClock clock = new(newsletter.Zone);

    /// <summary>The same for the same stories, in whatever order they come.</summary>
    public IReadOnlyList<RankedStory> Rank(IReadOnlyCollection<Story> stories)
    {
        var facts = stories.Select(story => new StoryFacts(story, newsletter.Vocabulary)).ToList();
        var best = (
            Sources: facts.Select(fact => fact.Sources).Append(1).Max(),
            Diversity: facts.Select(fact => fact.Diversity).Append(1).Max());
        var left = facts
            .Select(fact => (Fact: fact, Parts: PartsOf(fact, best.Sources, best.Diversity)))
            .OrderByDescending(story => story.Parts.Sum(part => part.Value))
            .ThenByDescending(story => story.Fact.Story.PublishedAt)
            .ThenBy(story => story.Fact.Story.Slug, StringComparer.Ordinal)
            .ToList();
        return Choose(left);
    }

    private List<Part> PartsOf(StoryFacts fact, int mostSources, int mostDiverse)
    {
        List<Part> parts = [];
        if (fact.Story.Weight != 0)
        {
            parts.Add(new($"the editor's weight {fact.Story.Weight:+0;-0}", fact.Story.Weight / 100d));
        }

        parts.Add(new(Count(fact.Sources, "source"), Share(weights.Sources, (double)fact.Sources / mostSources)));
        parts.Add(new($"{Count(fact.Outlets, "outlet")} through {Count(fact.Lenses, "lens", "lenses")}",
            Share(weights.Diversity, (double)fact.Diversity / mostDiverse)));
        parts.Add(new(fact.SpreadInWords, Share(weights.Spread, fact.Spread)));
        parts.Add(new($"published {clock.Show(fact.Story.PublishedAt).ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture)}",
            Share(weights.Freshness, Freshness(fact.Story.PublishedAt))));
        return parts;
    }

    /// <summary>0 at the start of the window, 1 at its end.</summary>
    private double Freshness(DateTimeOffset publishedAt) => to == from ? 0 : Math.Clamp((publishedAt - from) / (to - from), 0, 1);

    /// <summary>One place after the other: what a topic adds depends on how many stories before it share one.</summary>
    private List<RankedStory> Choose(List<(StoryFacts Fact, List<Part> Parts)> left)
    {
        var ranked = new List<RankedStory>();
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        while (left.Count > 0)
        {
            var chosen = 0;
            var (best, balance) = (double.NegativeInfinity, new Part("", 0));
            for (var index = 0; index < left.Count; index++)
            {
                var fresh = BalanceOf(left[index].Fact.Story, seen);
                var score = left[index].Parts.Sum(part => part.Value) + fresh.Value;
                if (score > best + 1e-12)
                {
                    (chosen, best, balance) = (index, score, fresh);
                }
            }

            var (fact, parts) = left[chosen];
            left.RemoveAt(chosen);
            ranked.Add(new RankedStory(fact.Story, best, InWords(best, [.. parts, balance])));
            foreach (var topic in fact.Story.Topics)
            {
                seen[topic] = seen.GetValueOrDefault(topic) + 1;
            }
        }

        return ranked;
    }

    private Part BalanceOf(Story story, Dictionary<string, int> seen)
    {
        var before = story.Topics.Select(topic => seen.GetValueOrDefault(topic)).DefaultIfEmpty().Max();
        return new(
            story.Topics.Count == 0 ? "no topic" : before == 0 ? "the first on its topic" : $"after {before} on its topic",
            Share(weights.Balance, 1d / (1 + before)));
    }

    private double Share(int weight, double value) =>
        weight * value / Math.Max(1, weights.Sources + weights.Diversity + weights.Spread + weights.Freshness + weights.Balance);

    /// <summary>What adds nothing explains nothing.</summary>
    private static string InWords(double score, IEnumerable<Part> parts) => string.Create(CultureInfo.InvariantCulture, $"{score:0.00}: ")
        + string.Join(", ", parts.Where(part => Math.Abs(part.Value) >= 0.005).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Value:+0.00;-0.00}"))) + ".";

    private static string Count(int number, string noun, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? noun : many ?? $"{noun}s")}");

    private sealed record Part(string Name, double Value);
}
