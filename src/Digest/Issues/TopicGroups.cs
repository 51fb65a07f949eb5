using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Issues;

/// <param name="Topic">As readers see it; none for stories that share no topic with another.</param>
/// <param name="Stories">In rank.</param>
public sealed record TopicGroup(string? Topic, IReadOnlyList<Story> Stories);

/// <summary>The briefs of an issue by topic: a heading over one story would only be a second title, so a topic is shared by two.</summary>
public static class TopicGroups
{
    /// <param name="briefs">In rank; a group stands where its first story would, the rest at the end.</param>
    /// <param name="vocabulary">Its topics have labels; free words are their own.</param>
    public static IReadOnlyList<TopicGroup> Of(IReadOnlyList<Story> briefs, Vocabulary vocabulary)
    {
        var shared = briefs.SelectMany(story => story.Topics.Distinct(StringComparer.OrdinalIgnoreCase))
            .CountBy(topic => topic, StringComparer.OrdinalIgnoreCase)
            .Where(topic => topic.Value > 1)
            .Select(topic => topic.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        // A topic that its other stories left for one of theirs before is shared no more.
        var first = briefs.ToDictionary(story => story, story => story.Topics.Find(shared.Contains));
        var kept = first.Values.OfType<string>().CountBy(topic => topic, StringComparer.OrdinalIgnoreCase)
            .Where(topic => topic.Value > 1).Select(topic => topic.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. briefs
            .GroupBy(story => first[story] is { } topic && kept.Contains(topic) ? topic : null, StringComparer.OrdinalIgnoreCase)
            .OrderBy(group => group.Key is null)
            .Select(group => new TopicGroup(LabelOf(group.Key, vocabulary), [.. group]))];
    }

    private static string? LabelOf(string? topic, Vocabulary vocabulary) => topic is null ? null
        : vocabulary.Topics.FirstOrDefault(term => term.Key.Equals(topic, StringComparison.OrdinalIgnoreCase))?.Label
            ?? char.ToUpperInvariant(topic[0]) + topic[1..];
}
