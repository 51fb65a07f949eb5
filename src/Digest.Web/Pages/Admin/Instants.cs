using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace Digest.Web.Pages.Admin;

/// <summary>How instants and spans read on the admin pages: local to the newsletter, with the UTC instant at hand.</summary>
internal static class Instants
{
    /// <summary>A time element: local words, UTC in the title.</summary>
    public static IHtmlContent Local(DateTimeOffset instant, TimeZoneInfo zone, string format = "ddd d MMM yyyy, HH:mm")
    {
        var words = TimeZoneInfo.ConvertTime(instant, zone).ToString(format, CultureInfo.InvariantCulture);
        return new HtmlString($"""<time datetime="{instant.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" title="{Utc(instant)}">{words}</time>""");
    }

    public static string Utc(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("ddd d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The two largest units that say something: "2 d 4 h", "3 min 20 s".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => $"{span.Seconds} s",
        { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };
}
