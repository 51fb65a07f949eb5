using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Microsoft.EntityFrameworkCore;

namespace Digest.Deliveries;

/// <summary>Tells the operator when an issue on its way will not be finished when it should be, and takes it back when it will.</summary>
public sealed class FinishWatch(
    IDbContextFactory<DigestDbContext> contexts, IssueForecast forecasts, AlertBook alerts, TimeProvider time)
{
    public const string Late = "finish-late";

    /// <summary>A forecast counts what is left of a million rows; a minute changes little.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;

    /// <summary>At most once a minute.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - lookedAt < Every)
        {
            return;
        }

        lookedAt = time.GetUtcNow();
        foreach (var (issue, newsletter) in await WatchedAsync(cancellationToken))
        {
            await LookAsync(issue, newsletter, cancellationToken);
        }
    }

    private async Task<List<(Issue Issue, Newsletter Newsletter)>> WatchedAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var watched = await database.Issues.AsNoTracking()
            .Where(i => i.FinishBy != null && (i.State == IssueState.Sending
                || database.Alerts.Any(a => a.Kind == Late && a.IssueId == i.Id && a.ClearedAt == null)))
            .Join(database.Newsletters.AsNoTracking(), i => i.NewsletterId, n => n.Id, (i, n) => new { Issue = i, Newsletter = n })
            .ToListAsync(cancellationToken);
        return watched.ConvertAll(row => (row.Issue, row.Newsletter));
    }

    private async Task LookAsync(Issue issue, Newsletter newsletter, CancellationToken cancellationToken)
    {
        var forecast = await forecasts.ReadAsync(issue.Id, cancellationToken);
        if (forecast is { MakesIt: false } && issue.State == IssueState.Sending)
        {
            await alerts.RaiseAsync(Late, newsletter.Id, issue.Id, Sentence(newsletter, issue, forecast),
                "Add workers or connections, or raise what holds it; finishing late loses nothing.", cancellationToken);
        }
        else if (issue.State != IssueState.Paused)
        {
            await alerts.ClearAsync(Late, newsletter.Id, issue.Id, cancellationToken);
        }
    }

    private static string Sentence(Newsletter newsletter, Issue issue, Forecast forecast)
    {
        var clock = new LocalClock(newsletter.Zone);
        string Local(DateTimeOffset instant) => clock.Show(instant).ToString("ddd HH:mm", CultureInfo.InvariantCulture);
        return $"{newsletter.Name}: the issue of week {new Week(issue.Week)} should be finished by {Local(forecast.FinishBy!.Value)} and will be "
            + $"{(forecast.AtTheEarliest ? "at the earliest " : "")}{Local(forecast.FinishesAt!.Value)} ({newsletter.TimeZone}). {forecast.Bottleneck}";
    }
}
