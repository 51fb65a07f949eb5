using System.Text.RegularExpressions;
using Digest.Rendering;
using Digest.Stories;

namespace Digest.Issues.Writer;

/// <summary>
/// All that the writer learns of a story, as plain text; and all that a draft may rest on. No body and no sources: what they
/// say is the story's to weigh.
/// </summary>
internal sealed partial record WriterStory(
    string Slug, string Title, string Standfirst, IReadOnlyList<string> KeyPoints, IReadOnlyList<string> Holds,
    IReadOnlyList<string> Scrutiny, IReadOnlyList<string> Watch, IReadOnlyList<string> Disagreements, string? Number)
{
    private const int LongestText = 600;
    private const int MostPoints = 8;

    /// <summary>What it says, piece by piece.</summary>
    public IEnumerable<string> Texts() =>
        [Title, Standfirst, .. KeyPoints, .. Holds, .. Scrutiny, .. Watch, .. Disagreements, .. Number is null ? (string[])[] : [Number]];

    public static WriterStory Of(Story story) => new(
        story.Slug, OneLine.Of(story.Title, LongestText), Plain(story.Standfirst), Points(story.KeyPoints), Points(story.Holds),
        Points(story.Scrutiny), Points(story.Watch), Points(story.Disagreements),
        story.Number is { } number ? $"{OneLine.Of(number.Value)}: {Plain(number.Says)}" : null);

    private static List<string> Points(List<string> written) => [.. written.Take(MostPoints).Select(Plain)];

    private static string Plain(string markdown) =>
        OneLine.Of(Target().Replace(StoryMarkdown.InlineText(markdown), ""), LongestText);

    /// <summary>Where a link leads is none of the story's words.</summary>
    [GeneratedRegex(@"\s*\(?https?://[^\s)]+\)?", RegexOptions.IgnoreCase)]
    private static partial Regex Target();
}
