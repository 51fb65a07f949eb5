using System.Globalization;

namespace Digest.Stories;

/// <summary>
/// What no piece that people read comes near, and what Markdown takes quadratic time for: brackets that open links, and cells
/// that a table's short rows are filled up with. Looked at before anything is parsed.
/// </summary>
internal static class MarkdownLimits
{
    /// <summary>In UTF-16 units: a book's long chapter.</summary>
    public const int LongestBody = 100_000;

    /// <summary>Of one point in a list.</summary>
    public const int LongestPoint = 2_000;

    private const int MostBrackets = 2_000;

    private const int MostBarsInLine = 50;

    private const int MostLinesWithBars = 1_000;

    /// <returns>Its line from 0, and what is too much; none when it may be parsed.</returns>
    public static (int Line, string Wrong)? Find(string markdown)
    {
        if (markdown.Length > LongestBody)
        {
            return (0, Say($"is {markdown.Length:N0} characters long; {LongestBody:N0} are allowed. Tell it shorter, or in two stories."));
        }

        if (markdown.Count(sign => sign == '[') is > MostBrackets and var brackets)
        {
            return (0, Say($"has {brackets:N0} opening brackets; {MostBrackets:N0} are allowed."));
        }

        var withBars = 0;
        foreach (var (line, written) in markdown.Split('\n').Index())
        {
            var bars = written.Count(sign => sign == '|');
            withBars += bars > 0 ? 1 : 0;
            if (bars > MostBarsInLine || withBars > MostLinesWithBars)
            {
                return (line, Say($"has a table of more than {MostLinesWithBars:N0} rows or some {MostBarsInLine} columns, or as many signs | elsewhere; link to it instead."));
            }
        }

        return null;
    }

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
