using Digest.Settings;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Parsers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Digest.Stories;

/// <summary>
/// A story's Markdown (CommonMark with pipe tables and bare links, no raw HTML) as safe HTML and as text. Whatever the
/// input, the HTML holds only what <see cref="SafeHtml"/> allows, and links are absolute http or https.
/// </summary>
public static class StoryMarkdown
{
    private static readonly MarkdownPipeline Blocks = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml().Build();

    /// <summary>Knows no block but the paragraph, so that a point may begin with "2026." or "-" without becoming a list.</summary>
    private static readonly MarkdownPipeline Inlines = OnlyParagraphs();

    /// <summary>
    /// A body as HTML. Its headings begin at h3 and skip no level: h1 is the issue's, h2 the story's. Header cells carry
    /// <c>scope</c>; a cell's alignment is its <c>style</c>. An image becomes a link, as a mail carries no remote pictures.
    /// </summary>
    public static string ToHtml(string markdown) => SafeHtml.Sanitize(Parse(markdown).ToHtml(Blocks).Trim());

    /// <summary>One point, note or standfirst as HTML without a surrounding paragraph.</summary>
    public static string InlineHtml(string markdown)
    {
        var html = ParseInline(markdown).ToHtml(Inlines).Trim();
        return SafeHtml.Sanitize(html
            .Replace("</p>\n<p>", " ", StringComparison.Ordinal)
            .Replace("<p>", "", StringComparison.Ordinal)
            .Replace("</p>", "", StringComparison.Ordinal)
            .Replace('\n', ' '));
    }

    /// <summary>
    /// A body as text with LF line ends. Paragraphs are one line each, blank lines between; links are "text (url)". A table
    /// no wider than <see cref="MarkdownText.WidestTable"/> keeps its columns, a wider one becomes "header: value" lines.
    /// </summary>
    public static string ToText(string markdown) => MarkdownText.OfBlocks(Parse(markdown));

    /// <summary>One point, note or standfirst as one line of text.</summary>
    public static string InlineText(string markdown) => string.Join(' ', ParseInline(markdown)
        .OfType<ParagraphBlock>()
        .Select(paragraph => MarkdownText.OfInlines(paragraph.Inline)));

    /// <summary>
    /// What is wrong with it, with its line from 0: more than can be parsed in reasonable time, deeper nesting than the parser
    /// follows, targets of links and images that are not absolute http or https URLs. Without any, all of the above can show it.
    /// </summary>
    internal static IReadOnlyList<(int Line, string Wrong)> Problems(string markdown, bool inline)
    {
        if (MarkdownLimits.Find(markdown) is { } limit)
        {
            return [limit];
        }

        try
        {
            var pipeline = inline ? Inlines : Blocks;
            var document = Markdown.Parse(markdown, pipeline);
            // Some nesting is found too deep only when it is written.
            document.ToHtml(pipeline);
            return [.. document.Descendants<LinkInline>().SelectMany(Unusable)];
        }
        // The only one that Markdig throws of an input, and no other type tells it apart.
        catch (ArgumentException)
        {
            return [(0, "holds lists, quotations, brackets or emphasis nested too deeply to be read; write it flatter.")];
        }
    }

    private static IEnumerable<(int Line, string Wrong)> Unusable(LinkInline link) =>
        FieldChecks.WebUrl(link.Url ?? "") is { } wrong ? [(link.Line, wrong)] : [];

    private static MarkdownDocument Parse(string markdown)
    {
        var document = Markdown.Parse(markdown, Blocks);
        UnlinkUnusable(document);
        LowerHeadings(document);
        ScopeHeaderCells(document);
        return document;
    }

    private static MarkdownDocument ParseInline(string markdown)
    {
        var document = Markdown.Parse(markdown, Inlines);
        UnlinkUnusable(document);
        return document;
    }

    private static void UnlinkUnusable(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            link.IsImage = false;
            if (FieldChecks.WebUrl(link.Url ?? "") is not null)
            {
                link.ReplaceBy(new ContainerInline(), copyChildren: true);
            }
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => link.IsEmail || FieldChecks.WebUrl(link.Url) is not null).ToList())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }
    }

    private static void LowerHeadings(MarkdownDocument document)
    {
        var headings = document.Descendants<HeadingBlock>().ToList();
        var levels = headings.Select(heading => heading.Level).Distinct().Order().ToList();
        headings.ForEach(heading => heading.Level = Math.Min(3 + levels.IndexOf(heading.Level), 6));
    }

    private static void ScopeHeaderCells(MarkdownDocument document)
    {
        foreach (var cell in document.Descendants<TableRow>().Where(row => row.IsHeader).SelectMany(row => row))
        {
            cell.GetAttributes().AddProperty("scope", "col");
        }
    }

    private static MarkdownPipeline OnlyParagraphs()
    {
        var builder = new MarkdownPipelineBuilder().UseAutoLinks().DisableHtml();
        builder.BlockParsers.Clear();
        builder.BlockParsers.Add(new ParagraphBlockParser());
        return builder.Build();
    }
}
