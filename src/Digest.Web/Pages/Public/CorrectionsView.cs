using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Web.Pages.Public;

/// <summary>Corrections to show, the newest first, under the newsletter's own heading.</summary>
public sealed record CorrectionsView(string HeadingLanguage, string Heading, IReadOnlyList<CorrectionView> Each)
{
    /// <summary>Of one story, on its own page.</summary>
    public static CorrectionsView Of(Newsletter newsletter, Story story) => new(
        newsletter.Language, newsletter.Vocabulary.Headings.Corrections, [.. Newest([story]).Select(pair => View(newsletter, story, pair.Correction))]);

    /// <summary>Of stories that an issue told of before they were corrected.</summary>
    public static CorrectionsView Since(Newsletter newsletter, DateTimeOffset frozenAt, IEnumerable<(Story Story, StoryLink Link)> stories)
    {
        var links = stories.ToDictionary(pair => pair.Story, pair => pair.Link);
        return new CorrectionsView(
            newsletter.Language, newsletter.Vocabulary.Headings.Corrections,
            [.. Newest(links.Keys).Where(pair => pair.Correction.RecordedAt > frozenAt)
                .Select(pair => View(newsletter, pair.Story, pair.Correction) with { Story = links[pair.Story] })]);
    }

    private static IEnumerable<(Story Story, Correction Correction)> Newest(IEnumerable<Story> stories) => stories
        .SelectMany(story => story.Corrections.Select(correction => (story, correction)))
        .OrderByDescending(pair => pair.correction.At).ThenByDescending(pair => pair.correction.Id);

    private static CorrectionView View(Newsletter newsletter, Story story, Correction correction) => new(
        correction.At, PublicPageModel.Day(correction.At, newsletter), correction.Text, story.Language ?? newsletter.Language);
}

/// <param name="At">When it was published.</param>
/// <param name="Day">The same, in the newsletter's zone.</param>
/// <param name="Text">Inline Markdown.</param>
/// <param name="Language">Of the text.</param>
public sealed record CorrectionView(DateTimeOffset At, string Day, string Text, string Language)
{
    /// <summary>Where several stories are corrected in one list.</summary>
    public StoryLink? Story { get; init; }
}

/// <summary>A story as others point to it.</summary>
public sealed record StoryLink(string Title, string Url, string Language)
{
    public static StoryLink Of(Newsletter newsletter, Story story) =>
        new(story.Title, story.CanonicalUrl ?? $"/{newsletter.Slug}/stories/{story.Slug}", story.Language ?? newsletter.Language);
}
