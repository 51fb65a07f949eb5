using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Xml.Parser;

namespace Digest.Stories.Feeds;

/// <summary>
/// A feed's XML as a tree, whether or not it is well-formed. AngleSharp.Xml reads on where System.Xml, and with it every
/// feed library that was looked at, gives up: undeclared entities and prefixes, stray signs, elements that nobody closed.
/// </summary>
internal static partial class XmlTree
{
    private const string Literal = "<![CDATA[";

    /// <summary>Deeper is no feed, and what walks a tree by recursion would run out of stack.</summary>
    private const int Deepest = 200;

    /// <exception cref="FeedException">There is no tree in it.</exception>
    public static IElement Parse(string text)
    {
        try
        {
            var parser = new XmlParser(new XmlParserOptions { IsSuppressingErrors = true });
            var root = parser.ParseDocument(EscapeAmpersands(text[EndOfProlog(text)..])).DocumentElement;
            return root is not null && IsShallow(root) ? root : throw new FeedException("is no feed; check its address.");
        }
        catch (Exception error) when (error is not FeedException)
        {
            // The parser's promise not to throw has holes; where they are is no concern of the operator's.
            throw new FeedException("is not XML that could be read; ask its publisher.");
        }
    }

    /// <summary>All elements below one, in document order, without recursion.</summary>
    public static IEnumerable<IElement> Below(IElement root)
    {
        var waiting = new Stack<INode>([root]);
        while (waiting.TryPop(out var node))
        {
            if (node is IElement element && node != root)
            {
                yield return element;
            }

            for (var index = node.ChildNodes.Length - 1; index >= 0; index--)
            {
                waiting.Push(node.ChildNodes[index]);
            }
        }
    }

    /// <summary>
    /// Declaration, comments and document type are left out: a document type may declare entities that unfold without end,
    /// or that lie in our own files, and no feed needs one.
    /// </summary>
    private static int EndOfProlog(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            var end = char.IsWhiteSpace(rest[0]) ? 1
                : rest.StartsWith("<?") ? After(rest, "?>")
                : rest.StartsWith("<!--") ? After(rest, "-->")
                : rest.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) ? EndOfDocumentType(rest)
                : 0;
            if (end == 0)
            {
                return at;
            }

            at += end;
        }

        return text.Length;
    }

    private static int After(ReadOnlySpan<char> text, string sign) => text.IndexOf(sign) is >= 0 and var at ? at + sign.Length : text.Length;

    private static int EndOfDocumentType(ReadOnlySpan<char> text)
    {
        // What is not found is looked for once: a type that never ends is the rest of the text.
        var end = text.IndexOf('>');
        var subset = end < 0 ? -1 : text[..end].IndexOf('[');
        if (subset < 0)
        {
            return end < 0 ? text.Length : end + 1;
        }

        return text[subset..].IndexOf(']') is >= 0 and var close ? subset + close + After(text[(subset + close)..], ">") : text.Length;
    }

    /// <summary>One that begins no reference; in front of a tag the parser would take the tag for one.</summary>
    private static string EscapeAmpersands(string text)
    {
        var escaped = new StringBuilder(text.Length);
        var literalUntil = 0;
        foreach (var (at, sign) in text.Index())
        {
            if (sign == '<' && at >= literalUntil && text.AsSpan(at).StartsWith(Literal))
            {
                var end = text.IndexOf("]]>", at, StringComparison.Ordinal);
                literalUntil = end < 0 ? text.Length : end;
            }

            escaped.Append(sign);
            if (sign == '&' && at >= literalUntil && !Reference().IsMatch(text.AsSpan(at + 1, Math.Min(32, text.Length - at - 1))))
            {
                escaped.Append("amp;");
            }
        }

        return escaped.ToString();
    }

    private static bool IsShallow(IElement root)
    {
        var waiting = new Stack<(INode Node, int Depth)>([(root, 0)]);
        while (waiting.TryPop(out var step))
        {
            if (step.Depth > Deepest)
            {
                return false;
            }

            for (var index = 0; index < step.Node.ChildNodes.Length; index++)
            {
                waiting.Push((step.Node.ChildNodes[index], step.Depth + 1));
            }
        }

        return true;
    }

    [GeneratedRegex("^(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")]
    private static partial Regex Reference();
}
