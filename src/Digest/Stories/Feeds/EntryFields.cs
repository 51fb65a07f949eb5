using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Digest.Stories.Feeds;

/// <summary>What all formats of feeds ask of an entry's parts.</summary>
internal static partial class EntryFields
{
    public const int MostCategories = 50;

    private const int LongestCategory = 200;

    private const int LongestTitle = 500;

    /// <summary>Browsers stop at about this depth as well.</summary>
    private const int Deepest = 500;

    /// <summary>Elements that could stand in one another if every end that was seen were none: in a comment, or in an attribute.</summary>
    private const int MostElements = 5000;

    /// <summary>Of the depths at every tag together: elements that stay open are made anew in every paragraph behind them.</summary>
    private const int MostWork = 1_000_000;

    /// <summary>Elements that end by themselves: people leave their ends out.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SelfEnding = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dd", "dt", "option", "optgroup", "colgroup", "rt", "rp", "br", "hr", "img", "wbr",
        "area", "col", "embed", "input", "link", "meta", "source", "track", "html", "head", "body",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>RFC 4287 section 4.2.6: an id is compared sign by sign, and is never a place to go to.</summary>
    public static string Identity(string? id, string? link, string title, string? text)
    {
        var identity = string.IsNullOrWhiteSpace(id) ? link : FeedText.Clean(id).Trim();
        return identity is { Length: > 0 and <= FeedEntry.LongestIdentity } && Encoding.UTF8.GetByteCount(identity) <= FeedEntry.LongestIdentity
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
        // A reference may say what no text may hold, so it is cleaned once more here; and what is a title ends long before this.
        var text = FeedText.Clean(written is { Length: > LongestTitle * 10 } ? written[..(LongestTitle * 10)] : written ?? "");
        if (isHtml || InlineMarkup().IsMatch(text))
        {
            text = FeedHtml.ToText(text);
        }

        text = Space().Replace(text, " ").Trim();
        return text.Length <= LongestTitle ? text : FeedHtml.Shorten(text, LongestTitle);
    }

    /// <summary>Words and not texts: character references are read, and no markup. What is too long to be one is none.</summary>
    public static IReadOnlyList<string> Categories(IEnumerable<string> written) =>
    [
        .. written.Select(category => category.Trim())
            .Where(category => category.Length <= LongestCategory)
            .Select(category => Space().Replace(FeedText.Clean(WebUtility.HtmlDecode(category)), " ").Trim())
            .Where(category => category.Length > 0)
            .Take(MostCategories),
    ];

    /// <summary>None when there is nothing in it, far too much, or nesting without end.</summary>
    public static string? Html(string? html) => string.IsNullOrWhiteSpace(html) || html.Length > FeedEntry.LongestHtml || IsEndless(html) ? null : FeedText.Clean(html);

    /// <summary>
    /// Time that a parser of HTML takes grows with the square of the depth: a hostile entry of tags that nobody closes would
    /// hold up its newsletter. Only its own end ends an element here, so that no other tag makes the depth look less.
    /// </summary>
    private static bool IsEndless(string html)
    {
        var open = new Stack<Range>();
        var (elements, work) = (0, 0);
        foreach (var tag in Tag().EnumerateMatches(html))
        {
            var isEnd = html[tag.Index + 1] == '/';
            var name = (tag.Index + (isEnd ? 2 : 1))..(tag.Index + tag.Length);
            if (!SelfEnding.Contains(html.AsSpan(name)))
            {
                if (!isEnd)
                {
                    open.Push(name);
                    elements++;
                }
                else if (open.TryPeek(out var last) && html.AsSpan(last).Equals(html.AsSpan(name), StringComparison.OrdinalIgnoreCase))
                {
                    open.Pop();
                }
            }

            work += open.Count;
            if (open.Count > Deepest || elements > MostElements || work > MostWork)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Text as HTML that says the same.</summary>
    public static string? FromText(string? text) => text is null ? null : WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"</?[a-z][^ \t\n\f\r/>]*", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\r\n\t]")]
    private static partial Regex Inner();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|</?(?:em|i|b|strong|a|code|sup|sub|span|br|u|q|cite)\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex InlineMarkup();
}
