using Ganss.Xss;

namespace Digest.Stories;

/// <summary>
/// The allow-list of a story's HTML. Raw HTML is already refused by the Markdown pipeline; this is the second lock, and
/// the one that holds when a parser is wrong.
/// </summary>
internal static class SafeHtml
{
    private static readonly HtmlSanitizer Sanitizer = new(new HtmlSanitizerOptions
    {
        AllowedTags = Set(
            "p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a",
            "table", "thead", "tbody", "tr", "th", "td"),
        AllowedAttributes = Set("href", "title", "scope", "start", "style"),
        AllowedCssProperties = Set("text-align"),
        AllowedSchemes = Set("http", "https"),
        UriAttributes = Set("href"),
    });

    /// <summary>Safe to call from several threads, as nothing changes the sanitizer after it was made.</summary>
    public static string Sanitize(string html) => Sanitizer.Sanitize(html);

    private static HashSet<string> Set(params string[] names) => new(names, StringComparer.OrdinalIgnoreCase);
}
