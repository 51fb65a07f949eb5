using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Schedule;

/// <summary>An issue that is not queued, with the instants that decide what becomes of it.</summary>
/// <param name="Newsletter">Whose.</param>
/// <param name="Issue">Assembled or approved.</param>
/// <param name="Due">The scheduled send, from the schedule as it is now.</param>
public sealed record WaitingIssue(Newsletter Newsletter, Issue Issue, DateTimeOffset Due)
{
    /// <summary>The last instant at which the schedule still sends it. No alarm clock rings on the second, so no time at all is some minutes.</summary>
    public DateTimeOffset Deadline => Newsletter.Schedule.LatenessHours == 0 ? Due.AddMinutes(15) : Due.AddHours(Newsletter.Schedule.LatenessHours);

    /// <summary>The schedule does nothing with it any more: it is older than the newsletter, or later than its policy sends.</summary>
    public bool IsLeftAlone(DateTimeOffset now) => Due <= now && (Newsletter.CreatedAt > Due || now > Deadline);

    public Week Week => new(Issue.Week);

    /// <summary>An instant as the newsletter's operator reads it on a clock.</summary>
    public string Local(DateTimeOffset instant) => string.Create(
        CultureInfo.InvariantCulture, $"{new LocalClock(Newsletter.Zone).Show(instant):ddd yyyy-MM-dd HH:mm} ({Newsletter.TimeZone})");
}
