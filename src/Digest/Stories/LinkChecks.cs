using Digest.Settings;

namespace Digest.Stories;

/// <summary>Whether the links in a story's Markdown work in a mail.</summary>
internal static class LinkChecks
{
    /// <summary>A <see cref="FieldCheck"/> of inline Markdown.</summary>
    public static string? Inline(string markdown) =>
        StoryMarkdown.UnusableLinks(markdown, inline: true).Select(link => Say(link.Url)).FirstOrDefault();

    public static string Say(string url) => FieldChecks.WebUrl(url) ?? $"'{url}' is no link that works in a mail.";
}
