using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Schedule;

/// <param name="What">"assemble" or "send".</param>
/// <param name="Local">In the newsletter's zone.</param>
/// <param name="Utc">The same instant.</param>
/// <param name="Note">What the clock change does to it, when it does.</param>
public sealed record NextRun(string What, DateTimeOffset Local, DateTimeOffset Utc, string? Note);

/// <summary>The coming runs of a newsletter, computed from its zone and schedule.</summary>
public static class NextRuns
{
    /// <returns>The next assembly and the next send after <paramref name="now"/>, in this order.</returns>
    public static IReadOnlyList<NextRun> Of(Newsletter newsletter, DateTimeOffset now)
    {
        var calendar = NewsletterCalendar.Of(newsletter);
        var open = calendar.WeekOf(now);
        // Between an assembly and its send the next send is that of the week before the one still open.
        var send = calendar.DueAt(open.Previous) > now ? open.Previous : open;
        return
        [
            Run("assemble", calendar.CutOff, open, newsletter.Schedule.AssembleAt, calendar.Clock),
            WithReadersHour(Run("send", calendar.DueAt, send, newsletter.Schedule.SendAt, calendar.Clock), newsletter.Schedule),
        ];
    }

    private static NextRun Run(string what, Func<Week, DateTimeOffset> instantOf, Week week, TimeOnly scheduled, LocalClock clock)
    {
        var (instant, previous) = (instantOf(week), instantOf(week.Previous));
        var local = clock.Show(instant);
        return new NextRun(what, local, instant, Moved(scheduled, local) ?? Repeated(instant, local, clock) ?? Length(clock.OffsetAt(previous) - local.Offset));
    }

    private static NextRun WithReadersHour(NextRun send, WeeklySchedule schedule) => schedule.ReadersHour
        ? send with
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"{schedule.SendAt:HH:mm} in their own zone for readers who chose one")
                + (send.Note is { } note ? $"; {note}" : ""),
        }
        : send;

    private static string? Moved(TimeOnly scheduled, DateTimeOffset local) => TimeOnly.FromDateTime(local.DateTime) == scheduled ? null
        : string.Create(CultureInfo.InvariantCulture, $"{scheduled:HH:mm} does not exist that day; runs at {local:HH:mm}");

    private static string? Repeated(DateTimeOffset instant, DateTimeOffset local, LocalClock clock)
    {
        // The same time again within three hours: the longest overlap in use is two.
        for (var later = instant.AddMinutes(30); later <= instant.AddHours(3); later = later.AddMinutes(30))
        {
            if (clock.Show(later).DateTime == local.DateTime)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{local:HH:mm} comes twice that day; runs at the first");
            }
        }

        return null;
    }

    private static string? Length(TimeSpan longer)
    {
        var way = longer > TimeSpan.Zero ? "back" : "forward";
        return longer == TimeSpan.Zero ? null
            : string.Create(CultureInfo.InvariantCulture, $"clocks go {way} before this run: {168 + longer.TotalHours:0.##}-hour week");
    }
}
