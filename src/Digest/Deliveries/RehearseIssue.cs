using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>
/// Writes the message of every reader to whom an issue would be queued now, as the lanes would, into nowhere; keeps what came of
/// it. Nothing is written to the ledger, and no link that a reader has is changed.
/// </summary>
public sealed partial class RehearseIssue(
    IDbContextFactory<DigestDbContext> contexts, ReadersHours hours, RehearseReaders readers, RehearseForecast forecast,
    RehearseAlerts alerts, IssueProgress progress, IssueMail issueMail, MessageComposer composer, TimeProvider time, ILogger<RehearseIssue> logger)
{
    /// <exception cref="RefusedException">There is no such issue, it has no content or is queued already, or it is being rehearsed.</exception>
    public async Task<Rehearsal> RunAsync(long issueId, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.AsNoTracking().Include(i => i.Contents).SingleOrDefaultAsync(i => i.Id == issueId, cancellationToken)
            ?? throw new RefusedException($"There is no issue {issueId}.");
        Refuse(issue);
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var waves = await WavesAsync(newsletter, issue, cancellationToken);
        var tally = await WriteAllAsync(newsletter, issue, waves, cancellationToken);

        var rehearsal = new Rehearsal
        {
            IssueId = issue.Id,
            At = time.GetUtcNow(),
            ContentHash = ContentHash.Of(issue.Contents)!,
            Candidates = tally.Candidates,
            Written = tally.Written,
            Failed = tally.Failed,
            Failures = tally.Failures,
            LargestBytes = tally.LargestBytes,
            Percentile95Bytes = tally.PercentileBytes(95),
            LastWeek = await LastWeekAsync(database, issue, cancellationToken),
            PredictedFinish = await forecast.ReadAsync(newsletter, issue, tally.Waves, cancellationToken),
            Took = time.GetElapsedTime(began),
        };
        database.Add(rehearsal);
        await database.SaveChangesAsync(cancellationToken);
        LogRehearsed(issue.Id, issue.Week, rehearsal.Written, rehearsal.Failed);
        await alerts.TellAsync(newsletter, issue, rehearsal, FinishBy(newsletter, issue, waves), cancellationToken);
        return rehearsal;
    }

    private static void Refuse(Issue issue)
    {
        var reason = issue.Contents.Count == 0 ? "has no content to rehearse; `digest assemble` makes it"
            : issue.State == IssueState.Cancelled ? "was cancelled; there is nothing to rehearse"
            : issue.QueuedAt is not null ? "is queued already; `digest progress` says what became of it"
            : null;
        if (reason is not null)
        {
            throw new RefusedException($"{issue.Title()} {reason}.");
        }
    }

    /// <summary>As the queueing would have them at the issue's hour: who pauses until then gets it.</summary>
    private async Task<Waves> WavesAsync(Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        var waves = (await hours.ReadAsync(newsletter, new Week(issue.Week), cancellationToken)).NotBefore(time.GetUtcNow());
        var canary = newsletter.Policy.Canary;
        return canary.Percent > 0 ? waves.NotBefore(waves.First.AddMinutes(canary.WaitMinutes)) : waves;
    }

    private async Task<RehearseTally> WriteAllAsync(Newsletter newsletter, Issue issue, Waves waves, CancellationToken cancellationToken)
    {
        var tally = new RehearseTally();
        var writer = new RehearseWriter(issueMail, composer, newsletter, issue, issue.Contents);
        await Parallel.ForEachAsync(
            readers.PagesAsync(issue.Id, newsletter, waves, candidates => tally.Candidates = candidates, cancellationToken),
            // Half of the machine: another issue may be going out.
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2), CancellationToken = cancellationToken },
            (page, stop) =>
            {
                tally.Add([.. page.Select(reader =>
                {
                    stop.ThrowIfCancellationRequested();
                    var (bytes, failure) = writer.Write(reader);
                    return (reader, bytes, failure);
                })]);
                return ValueTask.CompletedTask;
            });
        return tally;
    }

    /// <returns>Deliveries of the newsletter's last issue that went out; none for the first.</returns>
    private async Task<int?> LastWeekAsync(DigestDbContext database, Issue issue, CancellationToken cancellationToken)
    {
        var last = await database.Issues
            .Where(i => i.NewsletterId == issue.NewsletterId && i.Week < issue.Week && i.QueuedAt != null && i.State != IssueState.Cancelled)
            .OrderByDescending(i => i.Week).Select(i => (long?)i.Id).FirstOrDefaultAsync(cancellationToken);
        return last is { } id ? (await progress.ReadAsync(id, cancellationToken)).Queued : null;
    }

    private static DateTimeOffset? FinishBy(Newsletter newsletter, Issue issue, Waves waves) =>
        newsletter.Schedule.FinishBy is { } local ? waves.LastAt(newsletter, new Week(issue.Week), local) : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Issue {IssueId} of week {Week:yyyy-MM-dd} is rehearsed: {Written} messages written, {Failed} failed.")]
    private partial void LogRehearsed(long issueId, DateOnly week, int written, int failed);
}
