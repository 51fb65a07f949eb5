using Digest.Newsletters;

namespace Digest.Issues;

/// <summary>The instants of a newsletter's weeks, from its zone and schedule (docs/decisions/0007). All results are UTC.</summary>
public sealed class NewsletterCalendar(TimeZoneInfo zone, WeeklySchedule schedule)
{
    public static NewsletterCalendar Of(Newsletter newsletter) => new(newsletter.Zone, newsletter.Schedule);

    public LocalClock Clock { get; } = new(zone);

    /// <summary>The scheduled instant of assembly, on the Sunday before the Monday: the week's window ends here.</summary>
    public DateTimeOffset CutOff(Week week) => Clock.InstantOf(week.Monday.AddDays(-1), schedule.AssembleAt);

    /// <summary>The scheduled instant of the send, on the Monday.</summary>
    public DateTimeOffset DueAt(Week week) => Clock.InstantOf(week.Monday, schedule.SendAt);

    /// <summary>The week whose scheduled window holds the instant: cut-off of the week before &lt;= instant &lt; cut-off.</summary>
    public Week WeekOf(DateTimeOffset instant)
    {
        // What is published from Monday to Sunday afternoon goes out on the next Monday.
        var week = Week.Of(DateOnly.FromDateTime(Clock.Show(instant).DateTime)).Next;
        while (instant >= CutOff(week))
        {
            week = week.Next;
        }

        // A day that the zone left out can have moved a cut-off past its Sunday.
        while (instant < CutOff(week.Previous))
        {
            week = week.Previous;
        }

        return week;
    }

    /// <summary>The latest week whose cut-off has come: the one that <c>assemble</c> means by "this week".</summary>
    public Week Current(DateTimeOffset now) => WeekOf(now).Previous;
}
