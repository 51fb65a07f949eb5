using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Issues;

/// <summary>Which stories an issue shows, in which order: the editor's where there is one, otherwise by rank and topic.</summary>
public static class PlaceStories
{
    /// <param name="stories">The candidates, with their sources.</param>
    /// <param name="issue">Its window and the editor's order.</param>
    /// <param name="newsletter">Its policy and vocabulary.</param>
    /// <returns>As many as the policy allows, in the order in which they are shown; the last says what did not fit.</returns>
    public static List<RankedStory> Of(IReadOnlyCollection<Story> stories, Issue issue, Newsletter newsletter)
    {
        var ranked = new Ranking(newsletter, issue.WindowStart, issue.WindowEnd).Rank(stories);
        var edited = Edited(ranked, issue.EditedOrder);
        var places = edited.Concat(ranked.Where(story => !issue.EditedOrder.Contains(story.Story.Id)))
            .Take(newsletter.Policy.MaximumStories).ToList();
        if (!IsEdited(stories, issue))
        {
            places = ByTopic(places, newsletter.Vocabulary);
        }

        if (ranked.Count > places.Count)
        {
            var shown = places.Select(place => place.Story.Id).ToHashSet();
            var left = ranked.Where(story => !shown.Contains(story.Story.Id)).Select(story => story.Story.Slug).ToList();
            places[^1] = places[^1] with
            {
                Reason = $"{places[^1].Reason} Last of {places.Count}; {left.Count} did not fit: {string.Join(", ", left)}.",
            };
        }

        return places;
    }

    /// <summary>Whether any story still stands where an editor put it.</summary>
    public static bool IsEdited(IEnumerable<Story> stories, Issue issue) => stories.Any(story => issue.EditedOrder.Contains(story.Id));

    private static List<RankedStory> Edited(IReadOnlyList<RankedStory> ranked, List<long> order) =>
    [
        .. order.Select((id, place) => ranked.FirstOrDefault(story => story.Story.Id == id) is { } story
                ? story with { Reason = $"Placed {place + 1}. by the editor. By rank {story.Reason}" }
                : null)
            .OfType<RankedStory>(),
    ];

    /// <summary>The lead, then the groups; stories of a group keep their rank among each other.</summary>
    private static List<RankedStory> ByTopic(List<RankedStory> places, Vocabulary vocabulary)
    {
        var of = places.ToDictionary(place => place.Story);
        List<RankedStory> grouped =
        [
            .. places.Take(1),
            .. TopicGroups.Of([.. places.Skip(1).Select(place => place.Story)], vocabulary).SelectMany(group => group.Stories).Select(story => of[story]),
        ];
        return [.. grouped.Select((place, index) => place == places[index] ? place : place with { Reason = $"{place.Reason} Its topic decides where it stands." })];
    }
}
