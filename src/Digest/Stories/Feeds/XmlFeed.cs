using AngleSharp.Dom;

namespace Digest.Stories.Feeds;

/// <summary>RSS 0.9 to 2.0 (with RSS 1.0's RDF) and Atom (RFC 4287, and 0.3), by the names that their elements share.</summary>
internal static class XmlFeed
{
    /// <exception cref="FeedException">It is no feed.</exception>
    public static IEnumerable<FeedEntry> Read(string text, Uri url)
    {
        var root = XmlTree.Parse(text);
        if (root.LocalName.ToLowerInvariant() is not ("rss" or "rdf" or "feed" or "channel"))
        {
            throw new FeedException(string.Equals(root.LocalName, "html", StringComparison.OrdinalIgnoreCase)
                ? "is a web page and no feed; write the address of the feed itself."
                : "is XML but neither RSS nor Atom; check its address.");
        }

        var elements = XmlTree.Below(root).ToList();
        // An entry that was never closed holds the next: that is taken out of it, after what it inherits was read.
        var found = elements.Where(IsEntry).Select(element => (Element: element, Base: BaseOf(element, url), Language: LanguageOf(element, root))).ToList();
        found.Where(entry => entry.Element.Ancestors<IElement>().Any(IsEntry)).ToList().ForEach(entry => entry.Element.Remove());
        return found.Select(entry => new XmlEntry(entry.Element, entry.Base, entry.Language).Read());
    }

    private static bool IsEntry(IElement element) =>
        element.LocalName.ToLowerInvariant() is "item" or "entry" && XmlEntry.KindOf(element) is "" or "atom";

    /// <summary>XML Base: each is relative to the one around it.</summary>
    private static Uri BaseOf(IElement element, Uri url)
    {
        var written = new Stack<string>();
        for (var at = element; at is not null; at = at.ParentElement)
        {
            if (at.GetAttribute("xml:base") is { Length: > 0 and < 2000 } value)
            {
                written.Push(value);
            }
        }

        return written.Aggregate(url, (outer, value) => EntryFields.Link(outer, value) is { } resolved ? new Uri(resolved) : outer);
    }

    private static string? LanguageOf(IElement element, IElement root)
    {
        for (var at = element; at is not null; at = at.ParentElement)
        {
            if (at.GetAttribute("xml:lang") is { Length: > 0 } language)
            {
                return language;
            }
        }

        var channel = root.Children.FirstOrDefault(child => child.LocalName == "channel") ?? root;
        return channel.Children.FirstOrDefault(child => child.LocalName == "language")?.TextContent.Trim();
    }
}
