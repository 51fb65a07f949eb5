using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Digest.Stories.Feeds;

/// <summary>What all formats of feeds ask of an entry's parts.</summary>
internal static partial class EntryFields
{
    private const int LongestTitle = 500;

    /// <summary>RFC 4287 section 4.2.6: an id is compared sign by sign, and is never a place to go to.</summary>
    public static string Identity(string? id, string? link, string title, string? text)
    {
        var identity = string.IsNullOrWhiteSpace(id) ? link : id.Trim();
        return identity is { Length: > 0 and <= FeedEntry.LongestIdentity }
            ? identity
            : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity ?? $"{title}\n{text}")))}";
    }

    /// <summary>Absolute, http or https; none otherwise.</summary>
    public static string? Link(Uri? relativeTo, string? written)
    {
        // A relative link with a colon in it would pass for a scheme; what follows "//" is a host.
        return written is not null && relativeTo is not null && written.Length <= 2000 && Uri.TryCreate(relativeTo, Inner().Replace(written.Trim(), ""), out var url)
            && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? url.AbsoluteUri
            : null;
    }

    /// <summary>
    /// RSS does not say whether a title is text or HTML: it is taken for HTML where it holds a reference or an element
    /// that titles are known to hold, so that "a &lt; b" stays itself.
    /// </summary>
    public static string Title(string? written, bool isHtml)
    {
        var text = written ?? "";
        if (isHtml || InlineMarkup().IsMatch(text))
        {
            text = FeedHtml.ToText(text);
        }

        text = Space().Replace(text, " ").Trim();
        return text.Length <= LongestTitle ? text : FeedHtml.Shorten(text, LongestTitle);
    }

    /// <summary>None when there is nothing in it, or far too much.</summary>
    public static string? Html(string? html) => string.IsNullOrWhiteSpace(html) || html.Length > FeedEntry.LongestHtml ? null : html;

    /// <summary>Text as HTML that says the same.</summary>
    public static string? FromText(string? text) => text is null ? null : WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"[\r\n\t]")]
    private static partial Regex Inner();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|</?(?:em|i|b|strong|a|code|sup|sub|span|br|u|q|cite)\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex InlineMarkup();
}
