using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace Digest.Stories.Feeds;

/// <summary>
/// An entry's HTML as Markdown. From there it goes the way of every story, so that HTML and text twin say the same, headings
/// begin where a story's do, pictures are links, and nothing reaches a mail that <see cref="SafeHtml"/> has not let through.
/// </summary>
public sealed class MarkdownWriter
{
    /// <summary>Deeper markup is read as the text it holds at this depth.</summary>
    private const int Deepest = 40;

    /// <summary>Of lists and quotes in one another; Markdown's own reader stops not far beyond.</summary>
    private const int DeepestIndent = 6;

    private readonly InlineMarkdown inlines;

    private MarkdownWriter(Uri relativeTo) => inlines = new InlineMarkdown(relativeTo);

    /// <param name="html">As a feed writes it.</param>
    /// <param name="relativeTo">What its links are relative to.</param>
    public static string Write(string html, Uri relativeTo) =>
        FeedText.Clean(string.Join("\n\n", new MarkdownWriter(relativeTo).Blocks(FeedHtml.Parse(html), 0, 0)));

    private List<string> Blocks(INode parent, int depth, int indent)
    {
        var blocks = new List<string>();
        var run = new List<INode>();
        foreach (var node in parent.ChildNodes)
        {
            if (node is IElement element && !IsRun(element))
            {
                Flush(run, blocks);
                blocks.AddRange(FeedHtml.IsUnseen(element) || depth > Deepest ? [] : Block(element, depth + 1, indent).Where(block => block.Length > 0));
            }
            else
            {
                run.Add(node);
            }
        }

        Flush(run, blocks);
        return blocks;
    }

    /// <summary>A link around whole paragraphs is taken apart: Markdown links run inside one.</summary>
    private static bool IsRun(IElement element) => FeedHtml.IsInline(element) && element.Children.All(child => FeedHtml.IsInline(child) || FeedHtml.IsUnseen(child));

    private void Flush(List<INode> run, List<string> blocks)
    {
        if (InlineMarkdown.AtLineStart(inlines.Write(run)) is { Length: > 0 } paragraph)
        {
            blocks.Add(paragraph);
        }

        run.Clear();
    }

    private List<string> Block(IElement element, int depth, int indent) => element.LocalName switch
    {
        "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => [Heading(element)],
        "ul" or "ol" when indent < DeepestIndent => [List(element, depth, indent + 1)],
        "blockquote" when indent < DeepestIndent => [Prefix(string.Join("\n\n", Blocks(element, depth, indent + 1)), "> ", "> ")],
        "pre" => [Code(element)],
        "hr" => ["* * *"],
        "table" when TableRows(element) is { } rows => [Table(rows)],
        _ => Blocks(element, depth, indent),
    };

    private string Heading(IElement element) =>
        inlines.Line(element) is { Length: > 0 } text ? $"{new string('#', element.LocalName[1] - '0')} {text}" : "";

    private string List(IElement list, int depth, int indent)
    {
        var number = 0;
        var items = new List<string>();
        foreach (var item in list.Children.Where(child => !FeedHtml.IsUnseen(child)))
        {
            var mark = list.LocalName == "ol" ? string.Create(CultureInfo.InvariantCulture, $"{++number}. ") : "- ";
            // A list right in a list, as old editors write it, belongs to the item before.
            var blocks = item.LocalName is "ul" or "ol" ? Block(item, depth + 1, indent) : Blocks(item, depth + 1, indent);
            if (depth <= Deepest && blocks.Count > 0)
            {
                items.Add(Prefix(JoinTight(blocks), mark, new string(' ', mark.Length)));
            }
        }

        return string.Join(items.Exists(item => item.Contains("\n\n", StringComparison.Ordinal)) ? "\n\n" : "\n", items);
    }

    /// <summary>A list follows its item's words without a blank line, which would set all items apart (CommonMark 0.31 section 5.3).</summary>
    private static string JoinTight(List<string> blocks) => blocks.Aggregate((before, block) =>
        $"{before}{(block.StartsWith("- ", StringComparison.Ordinal) || block.StartsWith("1. ", StringComparison.Ordinal) ? "\n" : "\n\n")}{block}");

    private static string Code(IElement element)
    {
        var text = FeedHtml.TextOf(element).ReplaceLineEndings("\n").Trim('\n');
        var fence = new string('`', Math.Max(3, LongestRun(text) + 1));
        return text.Length == 0 ? "" : $"{fence}\n{text}\n{fence}";
    }

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var sign in text)
        {
            run = sign == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    /// <summary>The rows of a table of data; none for one that only lays a page out.</summary>
    private static List<List<IElement>>? TableRows(IElement table)
    {
        var cells = XmlTree.Below(table).ToList();
        var rows = cells.Where(cell => cell.LocalName == "tr").Select(row => row.Children.Where(cell => cell.LocalName is "td" or "th").ToList()).ToList();
        return rows.Count > 1 && rows.All(row => row.Count > 1 && row.Count == rows[0].Count) && !cells.Exists(cell => cell.LocalName is "table" or "ul" or "ol" or "pre")
            ? rows
            : null;
    }

    private string Table(List<List<IElement>> rows)
    {
        var lines = rows.ConvertAll(row => $"| {string.Join(" | ", row.Select(inlines.Line))} |");
        lines.Insert(1, $"|{string.Concat(rows[0].Select(_ => " --- |"))}");
        return string.Join('\n', lines);
    }

    private static string Prefix(string text, string first, string rest)
    {
        var lines = new StringBuilder();
        foreach (var (index, line) in text.Split('\n').Index())
        {
            lines.Append(index == 0 ? "" : "\n").Append(line.Length == 0 && index > 0 ? rest.TrimEnd() : (index == 0 ? first : rest) + line);
        }

        return lines.ToString();
    }
}
