using Digest.Stories;

namespace Digest.Rendering;

/// <summary>What speaks for a story that is not shown whole.</summary>
internal static class Summary
{
    /// <summary>Extracted, where the editor wrote nothing.</summary>
    public const int Sentences = 2;

    /// <summary>A body up to so many words is shown rather than summarised.</summary>
    private const int ShortBody = 120;

    /// <summary>The body itself speaks: nobody wrote a summary, and it is short or has no sentence that stands alone.</summary>
    public static bool IsBody(Story story) => IsUnwritten(story) && !IsExtracted(story);

    public static bool IsExtracted(Story story) => IsUnwritten(story)
        && story.Body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > ShortBody
        && Issues.Synthesis.Extract.Of(story, 1).Count > 0;

    private static bool IsUnwritten(Story story) => story.Standfirst.Length == 0 && story.KeyPoints.Count == 0;
}
