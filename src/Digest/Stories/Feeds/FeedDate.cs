using System.Globalization;
using System.Text.RegularExpressions;

namespace Digest.Stories.Feeds;

/// <summary>
/// Reads the dates that feeds write: RFC 822 with its obsolete and its mistaken forms, ISO 8601 as RFC 3339 and as people
/// write it. A day name is never believed, a zone that nobody knows is UTC (RFC 5322 section 4.3).
/// </summary>
public static partial class FeedDate
{
    private static readonly string[] Iso =
        [.. from date in (string[])["yyyy-MM-dd", "yyyyMMdd", "yyyy/MM/dd"]
            from time in (string[])["", "HHmm", "HH:mm", "HHmmss", "HH:mm:ss", "HH:mm:ss.FFFFFFF"]
            from zone in (string[])["", "zzz"]
            select (time.Length == 0 ? date : $"{date} {time}") + zone];

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, double> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EST"] = -5,
        ["EDT"] = -4,
        ["CST"] = -6,
        ["CDT"] = -5,
        ["MST"] = -7,
        ["MDT"] = -6,
        ["PST"] = -8,
        ["PDT"] = -7,
        ["BST"] = 1,
        ["CET"] = 1,
        ["CEST"] = 2,
        ["EET"] = 2,
        ["EEST"] = 3,
        ["MSK"] = 3,
        ["IST"] = 5.5,
        ["JST"] = 9,
        ["AEST"] = 10,
        ["AEDT"] = 11,
    };

    /// <returns>None for what is no date, or one that no piece can have.</returns>
    public static DateTimeOffset? Parse(string? written)
    {
        // Longer than any date: nothing is searched in it.
        if (written is null || written.Length > 100)
        {
            return null;
        }

        var text = Space().Replace(written, " ").Trim();
        return (FromIso(text) ?? FromWords(text)) is { Year: >= 1990 and <= 2200 } instant ? instant : null;
    }

    private static DateTimeOffset? FromIso(string text)
    {
        var plain = IsoSeparator().Replace(text, "$1 $2");
        plain = IsoZone().Replace(plain, match => match.Groups[1].Success ? "+00:00" : $"{match.Groups[2].Value}{match.Groups[3].Value}:{(match.Groups[4].Success ? match.Groups[4].Value : "00")}");
        return DateTimeOffset.TryParseExact(
            TooFine().Replace(plain, "$1"), Iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime()
            : null;
    }

    private static DateTimeOffset? FromWords(string text)
    {
        var match = DayFirst().Match(text) is { Success: true } first ? first : MonthFirst().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var month = Array.IndexOf(Months, match.Groups["month"].Value[..3].ToLowerInvariant()) + 1;
        var (day, hour, minute, second) = (Number(match, "day"), Number(match, "hour"), Number(match, "minute"), Number(match, "second"));
        var year = Number(match, "year") is var two && match.Groups["year"].Length == 2 ? two + (two < 50 ? 2000 : 1900) : two;
        hour = match.Groups["half"].Value.ToLowerInvariant() switch { "pm" => (hour % 12) + 12, "am" => hour % 12, _ => hour };
        if (month == 0 || year is < 1 or > 9000 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 24 || minute > 59 || second > 60)
        {
            return null;
        }

        // A leap second, and the midnight that ends a day.
        var local = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).AddHours(hour).AddMinutes(minute).AddSeconds(second);
        return new DateTimeOffset(local - Offset(match.Groups["zone"].Value), TimeSpan.Zero);
    }

    private static int Number(Match match, string group) =>
        int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static TimeSpan Offset(string zone)
    {
        if (Numeric().Match(zone) is { Success: true } match)
        {
            var offset = new TimeSpan(int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(match.Groups[3].Success ? match.Groups[3].Value : "0", CultureInfo.InvariantCulture), 0);
            return offset > TimeSpan.FromHours(14) ? TimeSpan.Zero : match.Groups[1].Value == "-" ? -offset : offset;
        }

        return TimeSpan.FromHours(Zones.GetValueOrDefault(Word().Match(zone).Value));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^(\d{4}[-/]?\d{2}[-/]?\d{2})(?:[Tt]|, ?)(\d)")]
    private static partial Regex IsoSeparator();

    [GeneratedRegex(@"(?<=\d{2}) ?(?:([Zz]|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)$(?<=[ T]\d{1,2}:?\d{2}.*)")]
    private static partial Regex IsoZone();

    [GeneratedRegex(@"(\.\d{7})\d+")]
    private static partial Regex TooFine();

    [GeneratedRegex(@"^(?:\p{L}+\.?,? ?)?(?<day>\d{1,2})(?:st|nd|rd|th)?[ .-]+(?<month>[A-Za-z]{3,9})\.?,?[ -]+(?<year>\d{4}|\d{2})(?:,?[ T]+(?:at )?(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d+)?)?)? ?(?<half>[AaPp][Mm])? ?(?<zone>.*)$")]
    private static partial Regex DayFirst();

    [GeneratedRegex(@"^(?:[A-Za-z]+,? )?(?<month>[A-Za-z]{3,9})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? (?:(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))? (?<zone>[A-Za-z]* ?)(?<year>\d{4})|(?<year>\d{4})(?:,? (?:at )?(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?)? ?(?<half>[AaPp][Mm])? ?(?<zone>.*))$")]
    private static partial Regex MonthFirst();

    [GeneratedRegex(@"([+-])(\d{2}):?(\d{2})?")]
    private static partial Regex Numeric();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
