using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html;

namespace Digest.Stories.Feeds;

/// <summary>One item or entry.</summary>
internal sealed class XmlEntry(IElement element, Uri relativeTo, string? language)
{
    /// <summary>Namespaces whose elements RSS and Atom call their own, with or without a prefix.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http://www.w3.org/2005/Atom"] = "atom",
        ["http://purl.org/atom/ns#"] = "atom",
        ["http://purl.org/rss/1.0/"] = "",
        ["http://my.netscape.com/rdf/simple/0.9/"] = "",
        ["http://backend.userland.com/rss2"] = "",
        ["http://blogs.law.harvard.edu/tech/rss"] = "",
        ["http://purl.org/rss/1.0/modules/content/"] = "content",
        ["http://purl.org/dc/elements/1.1/"] = "dc",
        ["http://purl.org/dc/terms/"] = "dcterms",
        ["http://www.w3.org/1999/xhtml"] = "xhtml",
    };

    private readonly List<IElement> children = [.. element.Children];

    public FeedEntry Read()
    {
        var url = Link();
        var titled = Find("title") ?? Find("title", "dc");
        var title = EntryFields.Title(titled?.TextContent, isHtml: titled?.GetAttribute("type") is "html" or "text/html" or "xhtml");
        var (summary, content) = (Html(Find("summary") ?? Find("description")), Content());
        return new FeedEntry(
            EntryFields.Identity(Text("guid") ?? Text("id") ?? element.GetAttribute("rdf:about"), url, title, summary ?? content),
            title, url, summary, content, ContentBase(), Published(), Categories(), language);
    }

    /// <summary>Which vocabulary an element belongs to: by its namespace, or by its prefix where nobody declared that.</summary>
    public static string KindOf(IElement of) => Kinds.TryGetValue(of.NamespaceUri ?? "", out var kind) ? kind
        : string.IsNullOrEmpty(of.Prefix) ? "" : of.Prefix.ToLowerInvariant();

    private IEnumerable<IElement> All(string name, string kind = "") => children.Where(child =>
        string.Equals(child.LocalName, name, StringComparison.OrdinalIgnoreCase)
        && (KindOf(child) is var own && own == kind || (own == "atom" && kind.Length == 0)));

    private IElement? Find(string name, string kind = "") =>
        All(name, kind).OrderBy(child => KindOf(child) != kind).FirstOrDefault(child => child.ChildNodes.Length > 0);

    private string? Text(string name, string kind = "") => Find(name, kind)?.TextContent is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private string? Link() =>
        Resolve(Text("origLink", "feedburner"))
        ?? Resolve(All("link").Where(link => KindOf(link) == "" && !link.HasAttribute("href")).Select(link => link.TextContent).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)))
        ?? Resolve(All("link").Where(IsAlternate).OrderBy(link => link.GetAttribute("type") is not (null or "text/html")).FirstOrDefault()?.GetAttribute("href"))
        ?? Resolve(All("guid").FirstOrDefault(guid => !string.Equals(guid.GetAttribute("isPermaLink"), "false", StringComparison.OrdinalIgnoreCase))?.TextContent, mustBeAbsolute: true)
        ?? Resolve(element.GetAttribute("rdf:about"), mustBeAbsolute: true)
        ?? Resolve(Text("id"), mustBeAbsolute: true);

    /// <summary>RFC 4287 section 4.2.7.2: a link without rel is an alternate.</summary>
    private static bool IsAlternate(IElement link) => link.HasAttribute("href") && link.GetAttribute("rel") is null or "" or "alternate";

    private string? Resolve(string? written, bool mustBeAbsolute = false) =>
        string.IsNullOrWhiteSpace(written) || (mustBeAbsolute && !written.TrimStart().StartsWith("http", StringComparison.OrdinalIgnoreCase))
            ? null
            : EntryFields.Link(relativeTo, written);

    private string? Content() => Html(Find("encoded", "content")) ?? Html(Find("content")) ?? Html(Find("body", "xhtml") ?? Find("div", "xhtml"));

    private Uri ContentBase() =>
        EntryFields.Link(relativeTo, (Find("content") ?? Find("summary"))?.GetAttribute("xml:base")) is { } own ? new Uri(own) : relativeTo;

    private static string? Html(IElement? text) => text is null ? null : EntryFields.Html(text.GetAttribute("type")?.ToLowerInvariant() switch
    {
        // RFC 4287 section 3.1.1: text is no markup; its absence means text in Atom, and says nothing in RSS.
        "text" or "text/plain" => EntryFields.FromText(text.TextContent),
        null when KindOf(text) == "atom" && text.Children.Length == 0 => EntryFields.FromText(text.TextContent),
        // Markup that stands unescaped: Atom's XHTML, or RSS that forgot to escape.
        _ when text.Children.Length > 0 => string.Concat(text.ChildNodes.Select(node => node.ToHtml(HtmlMarkupFormatter.Instance))),
        _ => text.TextContent,
    });

    public DateTimeOffset? Published()
    {
        foreach (var (name, kind) in (ReadOnlySpan<(string, string)>)
            [("pubDate", ""), ("published", ""), ("issued", ""), ("date", "dc"), ("created", "dcterms"), ("issued", "dcterms"), ("date", ""), ("created", ""), ("updated", ""), ("modified", "")])
        {
            if (FeedDate.Parse(Text(name, kind)) is { } instant)
            {
                return instant;
            }
        }

        return null;
    }

    private IReadOnlyList<string> Categories() => EntryFields.Categories(All("category").Concat(All("subject", "dc"))
        .Select(category => category.GetAttribute("label") ?? category.GetAttribute("term") ?? category.TextContent));
}
