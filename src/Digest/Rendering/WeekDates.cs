using System.Globalization;
using System.Text.RegularExpressions;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>The days of an issue in a language's own order and words.</summary>
public static partial class WeekDates
{
    /// <summary>The week an issue tells of: the seven days before its Monday, as "16–22 November 2026" or "30 November – 6 December 2026".</summary>
    public static string Range(Week week, CultureInfo culture)
    {
        var (first, last) = (week.Monday.AddDays(-7), week.Monday.AddDays(-1));
        var pattern = WithoutWeekday(culture.DateTimeFormat.LongDatePattern);
        if (Part(first, "yyyy", culture) != Part(last, "yyyy", culture))
        {
            return $"{Part(first, pattern, culture)} – {Part(last, pattern, culture)}";
        }

        if (Part(first, "MM", culture) != Part(last, "MM", culture))
        {
            // The year is said once, at the end that the language puts it.
            return pattern.StartsWith('y')
                ? $"{Part(first, pattern, culture)} – {Part(last, culture.DateTimeFormat.MonthDayPattern, culture)}"
                : $"{Part(first, culture.DateTimeFormat.MonthDayPattern, culture)} – {Part(last, pattern, culture)}";
        }

        // One month: the number of the day becomes a pair of numbers where it stands, with its full stop where it has one.
        return Part(last, DayNumber().Replace(pattern, match => match.Value[0] == '\''
            ? match.Value
            : $"'{Part(first, "%d", culture)}{match.Groups["stop"].Value}–{Part(last, "%d", culture)}{match.Groups["stop"].Value}'"), culture);
    }

    /// <summary>One day, as "3 December 2026".</summary>
    public static string Day(DateOnly day, CultureInfo culture) => Part(day, WithoutWeekday(culture.DateTimeFormat.LongDatePattern), culture);

    private static string WithoutWeekday(string pattern) =>
        Weekday().Replace(pattern, match => match.Value[0] == '\'' ? match.Value : "").Trim(' ', ',', '،', '、');

    private static string Part(DateOnly day, string pattern, CultureInfo culture) => day.ToString(pattern, culture);

    [GeneratedRegex(@"'[^']*'|(?<![d])d{1,2}(?!d)(?<stop>\.?)")]
    private static partial Regex DayNumber();

    [GeneratedRegex(@"'[^']*'|\(?d{3,4}\)?[,،、]?")]
    private static partial Regex Weekday();
}
