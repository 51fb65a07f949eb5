using AngleSharp.Dom;

namespace Digest.Stories.Feeds;

/// <summary>RSS 0.9 to 2.0 (with RSS 1.0's RDF) and Atom (RFC 4287, and 0.3), by the names that their elements share.</summary>
internal static class XmlFeed
{
    /// <summary>Of a long archive both ends are looked at, one of which is the newest: what an entry that nobody closed holds is taken out one by one.</summary>
    private const int MostLookedAt = 2 * FeedReader.MostEntries;

    /// <returns>The newest entries, and how many are left.</returns>
    /// <exception cref="FeedException">It is no feed.</exception>
    public static (IEnumerable<FeedEntry> Entries, int LeftOut) Read(string text, Uri url)
    {
        var root = XmlTree.Parse(text);
        if (root.LocalName.ToLowerInvariant() is not ("rss" or "rdf" or "feed" or "channel"))
        {
            throw new FeedException(string.Equals(root.LocalName, "html", StringComparison.OrdinalIgnoreCase)
                ? "is a web page and no feed; write the address of the feed itself."
                : "is XML but neither RSS nor Atom; check its address.");
        }

        // An entry that was never closed holds the next, which is taken out of it, with all that follow, after what it inherits was read.
        var scope = new XmlScope(root, url);
        var all = XmlTree.Below(root).Where(IsEntry).ToList();
        var found = Ends(all).Select(element => (Element: element, Inherited: scope.Of(element))).ToList();
        found.Where(entry => entry.Element.Ancestors<IElement>().Any(IsEntry)).ToList().ForEach(entry => entry.Element.Remove());
        var read = FeedReader.Newest(found.ConvertAll(entry => new XmlEntry(entry.Element, entry.Inherited.Base, entry.Inherited.Language)), entry => entry.Published());
        return (read.Select(entry => entry.Read()), all.Count - read.Count);
    }

    private static IEnumerable<IElement> Ends(List<IElement> all) =>
        all.Count <= 2 * MostLookedAt ? all : all.Take(MostLookedAt).Concat(all.TakeLast(MostLookedAt));

    private static bool IsEntry(IElement element) =>
        element.LocalName.ToLowerInvariant() is "item" or "entry" && XmlEntry.KindOf(element) is "" or "atom";
}
