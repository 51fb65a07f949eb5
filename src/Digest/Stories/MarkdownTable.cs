using System.Globalization;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Digest.Stories;

/// <summary>A table as text: aligned columns while they fit, "header: value" lines when they do not.</summary>
internal static class MarkdownTable
{
    public static string ToText(Table table)
    {
        var rows = table.OfType<TableRow>().Select(Cells).ToList();
        var columns = rows.Max(row => row.Count);
        var widths = Enumerable.Range(0, columns)
            .Select(column => rows.Max(row => column < row.Count ? Width(row[column]) : 0))
            .ToList();
        return widths.Sum() + (2 * (columns - 1)) <= MarkdownText.WidestTable ? Columns(table, rows, widths) : Records(rows);
    }

    private static List<string> Cells(TableRow row) =>
        [.. row.OfType<TableCell>().Select(cell => MarkdownText.OfBlocks(cell).ReplaceLineEndings(" "))];

    private static string Columns(Table table, List<List<string>> rows, List<int> widths)
    {
        var lines = rows.Select(row => Line(row.Select((cell, column) => Pad(cell, widths[column], AlignmentOf(table, column))))).ToList();
        lines.Insert(1, Line(widths.Select(width => new string('-', width))));
        return string.Join('\n', lines);
    }

    private static string Line(IEnumerable<string> cells) => string.Join("  ", cells).TrimEnd();

    private static TableColumnAlign? AlignmentOf(Table table, int column) =>
        column < table.ColumnDefinitions.Count ? table.ColumnDefinitions[column].Alignment : null;

    private static string Pad(string cell, int width, TableColumnAlign? alignment)
    {
        var space = new string(' ', width - Width(cell));
        return alignment == TableColumnAlign.Right ? space + cell : cell + space;
    }

    private static string Records(List<List<string>> rows) => string.Join("\n\n", rows.Skip(1).Select(row =>
        string.Join('\n', row.Select((cell, column) => column < rows[0].Count && rows[0][column].Length > 0 ? $"{rows[0][column]}: {cell}" : cell))));

    /// <summary>Characters as readers count them; an emoji is one.</summary>
    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
