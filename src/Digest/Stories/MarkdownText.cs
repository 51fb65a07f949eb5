using System.Globalization;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Digest.Stories;

/// <summary>A parsed Markdown document as text that reads well without markup. Wraps nothing.</summary>
internal static class MarkdownText
{
    /// <summary>Columns of the widest table that is kept as one: it then survives wrapping at 78 (RFC 5322 section 2.1.1).</summary>
    public const int WidestTable = 72;

    public static string OfBlocks(ContainerBlock blocks, string between = "\n\n") =>
        string.Join(between, blocks.Select(OfBlock).Where(text => text.Length > 0));

    private static string OfBlock(Block block) => block switch
    {
        Table table => MarkdownTable.ToText(table),
        ListBlock list => OfList(list),
        QuoteBlock quote => Indent(OfBlocks(quote), "> ", "> "),
        CodeBlock code => Indent(code.Lines.ToString().TrimEnd(), "    ", "    "),
        ThematicBreakBlock => "* * *",
        LinkReferenceDefinitionGroup => "",
        LeafBlock leaf => OfInlines(leaf.Inline),
        ContainerBlock container => OfBlocks(container),
        _ => "",
    };

    private static string OfList(ListBlock list)
    {
        var number = int.TryParse(list.OrderedStart, CultureInfo.InvariantCulture, out var start) ? start : 1;
        var between = list.IsLoose ? "\n\n" : "\n";
        var items = list.Select(item =>
        {
            var mark = list.IsOrdered ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            return Indent(OfBlocks((ListItemBlock)item, between), mark, new string(' ', mark.Length));
        });
        return string.Join(between, items);
    }

    public static string OfInlines(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? Enumerable.Empty<Inline>())
        {
            text.Append(OfInline(inline));
        }

        return text.ToString().Trim();
    }

    private static string OfInline(Inline inline) => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        AutolinkInline autolink => autolink.Url,
        LineBreakInline => " ",
        LinkInline link => OfLink(link),
        // Not trimmed as a paragraph is: the space inside may part two words.
        ContainerInline container => string.Concat(container.Select(OfInline)),
        _ => inline.ToString() ?? "",
    };

    private static string OfLink(LinkInline link)
    {
        var text = OfInlines(link);
        return text.Length == 0 || text == link.Url ? link.Url ?? "" : $"{text} ({link.Url})";
    }

    private static string Indent(string text, string first, string rest) =>
        string.Join('\n', text.Split('\n').Select((line, index) => ((index == 0 ? first : rest) + line).TrimEnd()));
}
