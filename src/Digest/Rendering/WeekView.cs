using Digest.Issues;
using Digest.Issues.Synthesis;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>Something said about one story, away from it: the words, and the story to read on.</summary>
public sealed record StoryPoint(Prose Point, string Title, string Url, Tongue Tongue);

/// <summary>Two outlets at the ends of what a story's sources say.</summary>
public sealed record Disagreement(string LowOutlet, string LowStance, string HighOutlet, string HighStance);

/// <param name="Number">As it is printed.</param>
public sealed record NumberView(string Number, StoryPoint Says);

/// <param name="Written">What the editor wrote, or none.</param>
/// <param name="Outlets">Read from the stances where nobody wrote anything, or none.</param>
public sealed record DisagreementView(Prose? Written, Disagreement? Outlets, string Title, string Url, Tongue Tongue);

/// <param name="Day">When it was mended.</param>
public sealed record CorrectionView(StoryPoint Correction, string Day);

/// <summary>What the stories of a week say together, each line with the story it comes from.</summary>
public sealed record WeekView
{
    private const int MostPoints = 4;

    private const int MostSentences = 3;

    private const int MostFurther = 8;

    /// <summary>Characters of a title that only says where a line comes from.</summary>
    private const int LongestTitle = 90;

    /// <summary>The week in a few sentences, of the first stories; none where there are opening words or only one story.</summary>
    public required IReadOnlyList<StoryPoint> InShort { get; init; }

    public required NumberView? Number { get; init; }

    /// <summary>Of all stories but the lead, which says its own.</summary>
    public required IReadOnlyList<DisagreementView> Disagreements { get; init; }

    public required IReadOnlyList<StoryPoint> Scrutiny { get; init; }

    public required IReadOnlyList<StoryPoint> Watch { get; init; }

    /// <summary>Of all stories, each piece once, and none that the lead already names as a source.</summary>
    public required IReadOnlyList<FurtherReadingView> FurtherReading { get; init; }

    public required IReadOnlyList<CorrectionView> Corrections { get; init; }

    public static WeekView Of(IssueModel issue, PublicUrls urls)
    {
        var (newsletter, others) = (issue.Newsletter, issue.Stories.Skip(1).ToList());
        var culture = Tongue.CultureOf(newsletter.Language);
        return new WeekView
        {
            InShort = issue.Introduction is null && others.Count > 0
                ? [.. issue.Stories.Take(MostSentences).Select(story => SentenceOf(story) is { } said ? Point(story, said) : null).OfType<StoryPoint>()]
                : [],
            Number = issue.Stories.FirstOrDefault(story => story.Number is not null) is { Number: { } number } counted
                ? new NumberView(OneLine.Of(number.Value), Point(counted, Prose.Of(number.Says)))
                : null,
            Disagreements = [.. others.Select(Disagree).OfType<DisagreementView>().Take(MostPoints)],
            Scrutiny = FirstOf(story => story.Scrutiny),
            Watch = FirstOf(story => story.Watch),
            FurtherReading = [.. Merge(issue.Stories).Take(MostFurther)],
            Corrections = [.. issue.Corrections.Select(told => new CorrectionView(
                Point(told.Story, Prose.Of(told.Correction.Text)),
                WeekDates.Day(DateOnly.FromDateTime(new LocalClock(newsletter.Zone).Show(told.Correction.At).DateTime), culture)))],
        };

        StoryPoint Point(Story story, Prose said) =>
            new(said, OneLine.Of(story.Title, LongestTitle), StoryView.UrlOf(story, newsletter, urls), Tongue.Of(story.Language ?? newsletter.Language));

        IReadOnlyList<StoryPoint> FirstOf(Func<Story, IReadOnlyList<string>> points) =>
            [.. others.Where(story => points(story).Count > 0).Select(story => Point(story, Prose.Of(points(story)[0]))).Take(MostPoints)];

        DisagreementView? Disagree(Story story)
        {
            var written = story.Disagreements is [var first, ..] ? Prose.Of(first) : null;
            var read = written is null ? Apart(story, newsletter.Vocabulary) : null;
            return written is null && read is null ? null : new DisagreementView(
                written, read, OneLine.Of(story.Title, LongestTitle), StoryView.UrlOf(story, newsletter, urls), Tongue.Of(story.Language ?? newsletter.Language));
        }
    }

    /// <summary>The editor's first key point, or the sentence of the body that says most of it.</summary>
    private static Prose? SentenceOf(Story story) => story.KeyPoints is [var first, ..] ? Prose.Of(first)
        : Extract.Of(story, 1) is [var sentence] ? Prose.Plain(sentence)
        : null;

    /// <summary>Outlets that stand at least half of the scale apart.</summary>
    private static Disagreement? Apart(Story story, Vocabulary vocabulary)
    {
        var scale = vocabulary.Stances.Index().ToDictionary(stance => stance.Item.Key, stance => stance.Index);
        var placed = story.Sources.Where(source => source.Stance is { } stance && scale.ContainsKey(stance))
            .OrderBy(source => scale[source.Stance!]).ThenBy(source => source.Position).ToList();
        if (placed.Count < 2 || 2 * (scale[placed[^1].Stance!] - scale[placed[0].Stance!]) < scale.Count - 1)
        {
            return null;
        }

        var (low, high) = (placed[0], placed[^1]);
        return new(low.Outlet, vocabulary.Stances[scale[low.Stance!]].Label, high.Outlet, vocabulary.Stances[scale[high.Stance!]].Label);
    }

    private static IEnumerable<FurtherReadingView> Merge(IReadOnlyList<Story> stories)
    {
        var seen = stories[0].Sources.Select(source => KeyOf(source.Url)).ToHashSet(StringComparer.Ordinal);
        return stories.SelectMany(story => story.FurtherReading)
            .Where(piece => seen.Add(KeyOf(piece.Url)))
            .Select(FurtherReadingView.Of);
    }

    /// <summary>One page under two spellings is one piece.</summary>
    private static string KeyOf(string url) => CanonicalUrl.Of(url) ?? url;
}
