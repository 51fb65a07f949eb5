using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Digest.Rendering;

/// <summary>
/// Whether a phone has room for a table's words as they are. A number that is broken inside is another number, so words
/// stay whole as long as the mail does not have to scroll sideways for it.
/// </summary>
internal static class TableRoom
{
    /// <summary>Columns of characters, those between cells included, that 280 px hold at the size mail.css gives tables on phones.</summary>
    private const int PhoneColumns = 34;

    /// <summary>The same at the size of "tight".</summary>
    private const int TightColumns = 42;

    private static readonly char[] Breaks = [' ', '\n', '\r', '\t', '-', '\u200b'];

    /// <returns>None where there is room; "tight" where there is in smaller type; "wide" where words have to break.</returns>
    public static string? ClassOf(IHtmlTableElement table) => Needed(table) switch
    {
        <= PhoneColumns => null,
        <= TightColumns => "tight",
        _ => "wide",
    };

    private static int Needed(IHtmlTableElement table)
    {
        var rows = table.Rows.Select(row => row.Cells.Select(LongestWord).ToList()).ToList();
        var columns = rows.Count == 0 ? 0 : rows.Max(row => row.Count);
        return Enumerable.Range(0, columns).Sum(column => 1 + rows.Max(row => row.ElementAtOrDefault(column)));
    }

    private static int LongestWord(IElement cell) =>
        cell.TextContent.Split(Breaks, StringSplitOptions.RemoveEmptyEntries).Select(TextColumns.Of).DefaultIfEmpty().Max();
}
