using AngleSharp.Dom;
using AngleSharp.Html;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Digest.Rendering;

/// <summary>
/// What a template wrote, as a document that mail clients and screen readers can use. The template says the subject in
/// its title, and the preheader in the first element of class "preheader".
/// </summary>
internal sealed class MailDocument
{
    private static readonly HtmlParser Parser = new();

    private readonly IHtmlDocument document;

    public MailDocument(string html, StyleSheet sheet)
    {
        document = Parser.ParseDocument(html);
        WholeSubject = TemplateSlots.Settle(OneLine.Of(document.Title ?? ""));
        Subject = TemplateSlots.Settle(OneLine.Of(document.Title ?? "", MaximumSubject));
        Preheader = TemplateSlots.Settle(OneLine.Of(document.QuerySelector(".preheader")?.TextContent ?? ""));
        document.Title = Subject;
        UnlinkOtherSchemes();
        DescribeTables();
        StyleInliner.Apply(sheet, document);
        document.Head!.QuerySelector("style")!.TextContent = sheet.HeadBlock;
    }

    /// <summary>Characters of a subject that most inboxes show.</summary>
    public const int MaximumSubject = 70;

    public string Subject { get; }

    /// <summary>Before it was cut.</summary>
    public string WholeSubject { get; }

    public string Preheader { get; }

    public string ToHtml()
    {
        using var writer = new StringWriter();
        document.ToHtml(writer, HtmlMarkupFormatter.Instance);
        return TemplateSlots.Settle(writer.ToString()).ReplaceLineEndings("\r\n");
    }

    /// <summary>The last lock behind intake: whatever a story says, a link leads to the web, to a mailbox or to a slot.</summary>
    private void UnlinkOtherSchemes()
    {
        foreach (var link in document.QuerySelectorAll("[href]"))
        {
            var target = link.GetAttribute("href")!;
            if (!TemplateSlots.IsOne(target) && !(Uri.TryCreate(target, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "mailto"))
            {
                link.RemoveAttribute("href");
            }
        }
    }

    /// <summary>
    /// A table either lays out, and says so, or holds data, and then each header says what it heads (WCAG 1.3.1). Its
    /// class says whether a phone has room for it (<see cref="TableRoom"/>).
    /// </summary>
    private void DescribeTables()
    {
        foreach (var table in document.QuerySelectorAll("table:not([role])").Cast<IHtmlTableElement>())
        {
            var headers = table.Rows.SelectMany(row => row.Cells).Where(cell => cell.LocalName == "th").ToList();
            foreach (var header in headers.Where(header => !header.HasAttribute("scope")))
            {
                header.SetAttribute("scope", header.ParentElement == table.Rows[0] ? "col" : "row");
            }

            if (TableRoom.ClassOf(table) is { } room)
            {
                table.ClassList.Add(room);
            }

            if (headers.Count == 0)
            {
                table.SetAttribute("role", "presentation");
            }
        }
    }
}
