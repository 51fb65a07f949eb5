using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Digest.Stories.Feeds;

/// <summary>What an entry's HTML says, as one line of text.</summary>
internal static class FeedHtml
{
    /// <summary>What a reader does not see, or could not use in a mail.</summary>
    private static readonly HashSet<string> Unseen = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math", "head", "title", "button", "input",
        "select", "textarea", "canvas", "audio", "video", "source", "track", "map", "frame", "frameset", "noframes", "meta", "link", "base",
    };

    private static readonly HashSet<string> Inlines = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark",
        "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "br",
    };

    /// <summary>Safe from several threads: each parse makes a document of its own.</summary>
    private static readonly HtmlParser Parser = new();

    public static IElement Parse(string html) => Parser.ParseDocument(html).Body!;

    public static bool IsUnseen(IElement element) => Unseen.Contains(element.LocalName);

    /// <summary>Everything else begins a line of its own.</summary>
    public static bool IsInline(IElement element) => Inlines.Contains(element.LocalName);

    /// <summary>Without markup, white space collapsed.</summary>
    public static string ToText(string html) =>
        string.Join(' ', FeedText.Clean(TextOf(Parse(html))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The text in an element, white space as it stands, with space where a line begins. Without recursion: how deep strangers' markup is nested is up to them.</summary>
    public static string TextOf(INode root)
    {
        var text = new StringBuilder();
        var waiting = new Stack<INode>([root]);
        while (waiting.TryPop(out var node))
        {
            if (node is IText words)
            {
                text.Append(words.Data);
                continue;
            }

            if (node is not IElement element || IsUnseen(element))
            {
                continue;
            }

            text.Append(element.LocalName == "br" ? "\n" : IsInline(element) || node == root ? "" : " ");
            for (var index = element.ChildNodes.Length - 1; index >= 0; index--)
            {
                waiting.Push(element.ChildNodes[index]);
            }
        }

        return text.ToString();
    }

    /// <summary>The whole text where it fits, else its first sentences, else its first words.</summary>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = text.LastIndexOfAny(['.', '!', '?', '…', '。'], most - 1);
        if (end >= most / 2)
        {
            return text[..(end + 1)];
        }

        var word = text.LastIndexOf(' ', most - 2);
        // Text without spaces is cut between characters, never within one.
        var at = word > most / 2 ? word : char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..at].TrimEnd(' ', ',', ';', ':', '-', '–')}…";
    }
}
