using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Digest.Settings;

namespace Digest.Stories.Feeds;

/// <summary>Text, emphasis, code, links and pictures of HTML as Markdown; text means itself, whatever signs it holds.</summary>
internal sealed partial class InlineMarkdown(Uri relativeTo)
{
    private const int Deepest = 40;

    /// <summary>A line break while the paragraph is put together: white space, so that no text holds it.</summary>
    private const char Break = '\u2028';

    /// <summary>Plain text as inline Markdown that reads as that text.</summary>
    public static string Escape(string text)
    {
        var escaped = Signs().Replace(text, @"\$0");
        // Otherwise a bare address becomes a link, escapes and all.
        return Address().Replace(escaped, match => $@"{match.Value[..^1]}\{match.Value[^1]}");
    }

    /// <summary>What would begin a heading, a list, a quote, code or a rule there does not.</summary>
    public static string AtLineStart(string paragraph) => BlockStart().Replace(
        string.Join('\n', paragraph.Split('\n').Select(line => line.Trim())), match => $@"{match.Groups["lead"].Value}\{match.Groups["sign"].Value}");

    /// <summary>Nodes that follow one another, as one paragraph; white space collapsed.</summary>
    public string Write(IEnumerable<INode> nodes)
    {
        var text = new StringBuilder();
        foreach (var node in nodes)
        {
            Append(text, node, new Around(0, false, false, false));
        }

        return Tidy(text.ToString()).Replace(Break.ToString(), "\\\n", StringComparison.Ordinal);
    }

    /// <summary>What an element holds, on one line.</summary>
    public string Line(IElement element)
    {
        var text = new StringBuilder();
        AppendAll(text, element, new Around(0, false, false, false));
        return Tidy(text.ToString()).Replace(Break, ' ');
    }

    private sealed record Around(int Depth, bool Strong, bool Emphasis, bool Link);

    private void AppendAll(StringBuilder text, INode parent, Around around)
    {
        foreach (var node in parent.ChildNodes)
        {
            Append(text, node, around with { Depth = around.Depth + 1 });
        }
    }

    private void Append(StringBuilder text, INode node, Around around)
    {
        if (node is IText words)
        {
            text.Append(Escape(Space().Replace(words.Data, " ")));
        }

        if (node is not IElement element || FeedHtml.IsUnseen(element) || around.Depth > Deepest)
        {
            return;
        }

        switch (element.LocalName)
        {
            case "br":
                text.Append(Break);
                break;
            case "b" or "strong" when !around.Strong:
                Wrap(text, element, "**", around with { Strong = true });
                break;
            case "i" or "em" when !around.Emphasis:
                Wrap(text, element, "*", around with { Emphasis = true });
                break;
            case "code" or "kbd" or "samp" or "tt":
                text.Append(Code(FeedHtml.TextOf(element)));
                break;
            case "a" when !around.Link:
                Link(text, element, around with { Link = true });
                break;
            case "img":
                Picture(text, element, around);
                break;
            default:
                text.Append(FeedHtml.IsInline(element) ? "" : " ");
                AppendAll(text, element, around);
                text.Append(FeedHtml.IsInline(element) ? "" : " ");
                break;
        }
    }

    /// <summary>Space inside the marks would keep them from being marks (CommonMark 0.31 section 6.2), so it goes outside.</summary>
    private void Wrap(StringBuilder text, IElement element, string mark, Around around)
    {
        var inner = new StringBuilder();
        AppendAll(inner, element, around);
        var written = inner.ToString();
        var core = written.Trim();
        var isWord = core.Length > 0 && !core.Contains(Break) && (text.Length == 0 || text[^1] != '*') && IsWordSign(core[0]) && IsWordSign(core[^1]);
        text.Append(written.Length > 0 && char.IsWhiteSpace(written[0]) ? " " : "")
            .Append(isWord ? mark + core + mark : core)
            .Append(core.Length > 0 && char.IsWhiteSpace(written[^1]) ? " " : "");
    }

    /// <summary>Marks beside punctuation are marks only next to white space, which cannot be promised.</summary>
    private static bool IsWordSign(char sign) => char.IsLetterOrDigit(sign);

    private static string Code(string written)
    {
        var text = Space().Replace(written, " ").Trim();
        return text.Length == 0 || text.Contains('`') || text.Contains('|') ? Escape(text) : $"`{text}`";
    }

    private void Link(StringBuilder text, IElement element, Around around)
    {
        var inner = new StringBuilder();
        AppendAll(inner, element, around);
        var words = Tidy(inner.ToString()).Replace(Break, ' ');
        text.Append(inner.Length > 0 && char.IsWhiteSpace(inner[0]) ? " " : "");
        text.Append(words.Length > 0 && Usable(element.GetAttribute("href")) is { } url ? $"[{words}](<{url}>)" : words);
        text.Append(words.Length > 0 && char.IsWhiteSpace(inner[^1]) ? " " : "");
    }

    /// <summary>By its words; one without them is decoration, or counts readers.</summary>
    private void Picture(StringBuilder text, IElement element, Around around)
    {
        var words = Escape(Space().Replace(element.GetAttribute("alt") ?? "", " ").Trim());
        text.Append(words.Length > 0 && !around.Link && Usable(element.GetAttribute("src")) is { } url ? $"[{words}](<{url}>)" : words);
    }

    private string? Usable(string? written) =>
        EntryFields.Link(relativeTo, written) is { } url && FieldChecks.WebUrl(url) is null && !url.AsSpan().ContainsAny('<', '>') ? url.Replace(@"\", "%5C", StringComparison.Ordinal) : null;

    private static string Tidy(string text) => Breaks().Replace(Blank().Replace(text, " "), Break.ToString()).Trim(' ', '\t', Break);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"[ \t]+")]
    private static partial Regex Blank();

    [GeneratedRegex(@" *\u2028[ \u2028]*")]
    private static partial Regex Breaks();

    [GeneratedRegex(@"[\\`*_\[\]<>&|~!#]")]
    private static partial Regex Signs();

    [GeneratedRegex(@"(?:https?|ftp|mailto|tel):|www\.", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?<lead>)(?<sign>[+=-])|^(?<lead>\d{1,9})(?<sign>[.)])", RegexOptions.Multiline)]
    private static partial Regex BlockStart();
}
