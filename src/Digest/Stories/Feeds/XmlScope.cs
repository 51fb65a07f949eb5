using AngleSharp.Dom;

namespace Digest.Stories.Feeds;

/// <summary>What the elements of a feed inherit from those around them, found once for each.</summary>
internal sealed class XmlScope(IElement root, Uri url)
{
    private readonly Dictionary<IElement, (Uri Base, string? Language)> known = [];

    /// <summary>XML Base and xml:lang: each is relative to the one around it. <see cref="XmlTree"/> bounds the depth of the recursion.</summary>
    public (Uri Base, string? Language) Of(IElement element)
    {
        if (known.TryGetValue(element, out var found))
        {
            return found;
        }

        var (relativeTo, language) = element.ParentElement is { } parent ? Of(parent) : (url, ChannelLanguage());
        var own = element.GetAttribute("xml:base") is { Length: > 0 and < 2000 } written && EntryFields.Link(relativeTo, written) is { } resolved ? new Uri(resolved) : relativeTo;
        return known[element] = (own, element.GetAttribute("xml:lang") is { Length: > 0 } named ? named : language);
    }

    private string? ChannelLanguage()
    {
        var channel = root.Children.FirstOrDefault(child => child.LocalName == "channel") ?? root;
        return channel.Children.FirstOrDefault(child => child.LocalName == "language")?.TextContent.Trim();
    }
}
