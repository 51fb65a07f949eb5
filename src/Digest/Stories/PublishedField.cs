using System.Globalization;
using Digest.Newsletters;
using Digest.Settings;

namespace Digest.Stories;

/// <summary>Reads an instant, of publication or of a correction: a date and a time, in the newsletter's zone where no offset is written.</summary>
internal static class PublishedField
{
    private static readonly string[] Local = [.. Formats("")];
    private static readonly string[] WithOffset = [.. Formats("zzz"), .. Formats("K")];

    public static DateTimeOffset Read(YamlFields fields, TimeZoneInfo zone, string key = "published")
    {
        var clock = new LocalClock(zone);
        var text = fields.Required(key, value => InstantOf(value, clock) is null
            ? $"'{value}' is no date and time; write 2026-11-13 09:30 in the newsletter's zone, or 2026-11-13T09:30:00+01:00."
            : null);
        return InstantOf(text, clock) ?? default;
    }

    private static DateTimeOffset? InstantOf(string text, LocalClock clock) =>
        DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? clock.InstantOf(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local))
            : DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
                ? instant.ToUniversalTime()
                : null;

    private static IEnumerable<string> Formats(string offset) =>
        from separator in (string[])["'T'", "' '"]
        from time in (string[])["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFF"]
        select $"yyyy-MM-dd{separator}{time}{offset}";
}
