using Digest.Newsletters;

namespace Digest.Issues;

/// <summary>The instants of a newsletter's weeks, from its zone and schedule (docs/decisions/0007). All results are UTC.</summary>
public sealed class NewsletterCalendar(TimeZoneInfo zone, WeeklySchedule schedule)
{
    public static NewsletterCalendar Of(Newsletter newsletter) => new(newsletter.Zone, newsletter.Schedule);

    /// <summary>The scheduled instant of assembly, on the Sunday before the Monday: the week's window ends here.</summary>
    public DateTimeOffset CutOff(Week week) => throw new NotImplementedException($"{zone}{schedule}{week}");

    /// <summary>The scheduled instant of the send, on the Monday.</summary>
    public DateTimeOffset DueAt(Week week) => throw new NotImplementedException($"{week}");

    /// <summary>The week whose scheduled window holds the instant: cut-off of the week before &lt;= instant &lt; cut-off.</summary>
    public Week WeekOf(DateTimeOffset instant) => throw new NotImplementedException($"{instant}");

    /// <summary>The latest week whose cut-off has come: the one that <c>assemble</c> means by "this week".</summary>
    public Week Current(DateTimeOffset now) => throw new NotImplementedException($"{now}");
}
