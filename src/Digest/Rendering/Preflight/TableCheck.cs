using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>A table lays out and says so, or holds data under headers that say what they head (WCAG 1.3.1).</summary>
internal static class TableCheck
{
    private const string Name = "tables";

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        foreach (var table in mail.Document.QuerySelectorAll("table").Cast<IHtmlTableElement>())
        {
            var headers = table.Rows.SelectMany(row => row.Cells).Where(cell => cell.LocalName == "th").ToList();
            if (table.GetAttribute("role") is "presentation" or "none")
            {
                if (headers.Count > 0)
                {
                    yield return Found.Warning(
                        Name, $"The table with {Found.Quote(headers[0].TextContent)} says that it only lays out, and has headers.",
                        "Take role=\"presentation\" from it, or make its headers cells.");
                }
            }
            else if (headers.Count == 0)
            {
                yield return Found.Warning(
                    Name, $"The table {Found.Quote(table.TextContent)} has no headers and does not say that it only lays out.",
                    "Write role=\"presentation\", or give it headers.");
            }
            else if (headers.Find(header => !header.HasAttribute("scope")) is { } header)
            {
                yield return Found.Warning(
                    Name, $"The table header {Found.Quote(header.TextContent)} does not say what it heads.",
                    "Write scope=\"col\" or scope=\"row\".");
            }
        }
    }
}
