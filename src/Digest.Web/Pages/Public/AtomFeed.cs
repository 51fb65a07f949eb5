using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Digest.Newsletters;

namespace Digest.Web.Pages.Public;

/// <summary>One entry of a feed.</summary>
/// <param name="Name">Names it within the newsletter, for good: <c>issues/2026-11-23</c>, <c>stories/keys</c>.</param>
/// <param name="Title">As text.</param>
/// <param name="Url">Absolute.</param>
/// <param name="Language">BCP 47.</param>
/// <param name="PublishedAt">When it came out.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Summary">As text.</param>
/// <param name="Html">The content, with absolute links alone.</param>
internal sealed record AtomEntry(
    string Name, string Title, string Url, string Language, DateTimeOffset PublishedAt, DateTimeOffset UpdatedAt, string Summary, string Html);

/// <summary>A feed in Atom (RFC 4287). Names are tag URIs (RFC 4151) and outlast a change of address.</summary>
internal sealed record AtomFeed(Newsletter Newsletter, string Name, string Title, string SelfUrl, string PageUrl, IReadOnlyList<AtomEntry> Entries)
{
    public const string ContentType = "application/atom+xml; charset=utf-8";

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    /// <summary>When an entry last changed; of an empty feed, when the newsletter was made.</summary>
    public DateTimeOffset UpdatedAt => Entries.Select(entry => entry.UpdatedAt).Append(Newsletter.CreatedAt).Max();

    public string ToXml()
    {
        var feed = new XElement(
            Atom + "feed",
            new XAttribute(XNamespace.Xml + "lang", Newsletter.Language),
            new XElement(Atom + "id", Tag(Name)),
            new XElement(Atom + "title", Clean(Title)),
            Newsletter.Tagline.Length > 0 ? new XElement(Atom + "subtitle", Clean(Newsletter.Tagline)) : null,
            new XElement(Atom + "updated", PublicPageModel.Iso(UpdatedAt)),
            Link("self", "application/atom+xml", SelfUrl),
            Link("alternate", "text/html", PageUrl),
            new XElement(Atom + "author", new XElement(Atom + "name", Clean(Newsletter.Name))),
            Entries.Select(Entry));
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{feed.ToString(SaveOptions.DisableFormatting)}\n";
    }

    private XElement Entry(AtomEntry entry) => new(
        Atom + "entry",
        new XAttribute(XNamespace.Xml + "lang", entry.Language),
        new XElement(Atom + "id", Tag(entry.Name)),
        new XElement(Atom + "title", Clean(entry.Title)),
        Link("alternate", "text/html", entry.Url),
        new XElement(Atom + "published", PublicPageModel.Iso(entry.PublishedAt)),
        new XElement(Atom + "updated", PublicPageModel.Iso(entry.UpdatedAt)),
        entry.Summary.Length > 0 ? new XElement(Atom + "summary", Clean(entry.Summary)) : null,
        new XElement(Atom + "content", new XAttribute("type", "html"), Clean(entry.Html)));

    private static XElement Link(string relation, string type, string url) => new(
        Atom + "link", new XAttribute("rel", relation), new XAttribute("type", type), new XAttribute("href", url));

    /// <summary>The List-ID is a name of the publication's own that never changes, and the newsletter was there on that day.</summary>
    private string Tag(string name) => string.Create(
        CultureInfo.InvariantCulture, $"tag:{Newsletter.Sender.ListId},{Newsletter.CreatedAt.UtcDateTime:yyyy-MM-dd}:{name}");

    /// <summary>What XML cannot carry at all is left out.</summary>
    private static string Clean(string text) => string.Concat(text.Where((sign, index) =>
        XmlConvert.IsXmlChar(sign)
        || (char.IsHighSurrogate(sign) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        || (char.IsLowSurrogate(sign) && index > 0 && char.IsHighSurrogate(text[index - 1]))));
}
