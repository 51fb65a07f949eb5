using Digest.Settings;

namespace Digest.Stories;

/// <summary>Whether a story's Markdown can be shown, and its links work in a mail.</summary>
internal static class MarkdownChecks
{
    /// <summary>A <see cref="FieldCheck"/> of inline Markdown.</summary>
    public static string? Inline(string markdown) => StoryMarkdown.Problems(markdown, inline: true).Select(problem => problem.Wrong).FirstOrDefault();
}
