using System.Globalization;
using System.Text.RegularExpressions;
using Digest.Data;

namespace Digest.Feedback;

/// <summary>
/// Takes as a table for a spreadsheet: comma-separated (RFC 4180), every field in quotes. A reader's words are never taken for
/// a formula, whatever the program at the other end takes for a separator: an apostrophe stands before what would begin one.
/// </summary>
public static partial class TakeCsv
{
    private static readonly string[] Columns = ["at", "week", "story", "rating", "text", "address", "seen_at"];

    public static async Task WriteAsync(IEnumerable<TakeLine> lines, TextWriter target)
    {
        await target.WriteAsync(Row(Columns));
        foreach (var line in lines)
        {
            var take = line.Take;
            await target.WriteAsync(Row(
            [
                Instant(take.CreatedAt), line.Week?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), line.StorySlug,
                take.Rating is { } rating ? SnakeCase.Of(rating) : null, take.Text, take.Address, Instant(take.SeenAt),
            ]));
        }
    }

    private static string Row(IEnumerable<string?> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static string Field(string? value) => $"\"{Formula().Replace(value ?? "", "$1'").Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? Instant(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>
    /// Where a cell begins, or would for a program that separates by semicolon, tab or line and pays no heed to quotes: followed
    /// by what begins a formula, in its wide form too.
    /// </summary>
    [GeneratedRegex("((?:^|[,;\\t\\r\\n])[\\s\"']*)(?=[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20])")]
    private static partial Regex Formula();
}
