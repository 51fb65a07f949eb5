using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>The half-open range of publication instants that a new issue draws on (docs/decisions/0007).</summary>
internal sealed record Window(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>From where the previous issue's window ended, or from the previous week's cut-off, to the week's cut-off.</summary>
    /// <exception cref="RefusedException">The window has not closed yet, or a later issue already draws on its stories.</exception>
    public static async Task<Window> OfAsync(
        DigestDbContext database, Newsletter newsletter, Week week, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calendar = NewsletterCalendar.Of(newsletter);
        var cutOff = calendar.CutOff(week);
        if (cutOff > now)
        {
            throw new RefusedException($"The window of week {week} closes on {calendar.Clock.Show(cutOff):dddd yyyy-MM-dd HH:mm} "
                + $"in {newsletter.TimeZone} ({cutOff:yyyy-MM-dd HH:mm} UTC); assemble it then, or name an earlier week.");
        }

        var issues = database.Issues.Where(issue => issue.NewsletterId == newsletter.Id);
        var later = await issues.Where(issue => issue.Week > week.Monday && issue.WindowStart < cutOff).OrderBy(issue => issue.Week)
            .Select(issue => (DateOnly?)issue.Week).FirstOrDefaultAsync(cancellationToken);
        if (later is { } taken)
        {
            throw new RefusedException($"Week {week} can have no issue of its own: its stories belong to the issue of {taken:yyyy-MM-dd}, "
                + "whose window starts where the issue before it ended.");
        }

        var previousEnd = await issues.Where(issue => issue.Week < week.Monday).OrderByDescending(issue => issue.Week)
            .Select(issue => (DateTimeOffset?)issue.WindowEnd).FirstOrDefaultAsync(cancellationToken);
        return new Window(previousEnd ?? calendar.CutOff(week.Previous), cutOff);
    }
}
