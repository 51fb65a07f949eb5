using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Rendering;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Schedule;

/// <summary>
/// Rehearses each issue that waits for its Monday, once for each content, and again while that failed for every reader: what is
/// mended since (a key, a setting) is no other content. Safe to run at any time and twice.
/// </summary>
public sealed partial class RehearseWeek(
    IDbContextFactory<DigestDbContext> contexts, RehearseIssue rehearse, TimeProvider time, ILogger<RehearseWeek> logger)
{
    /// <summary>An editor who changes one thing after the other has it rehearsed once.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    public async Task RunAsync(long newsletterId, CancellationToken cancellationToken)
    {
        foreach (var issueId in await ToRehearseAsync(newsletterId, cancellationToken))
        {
            try
            {
                await rehearse.RunAsync(issueId, cancellationToken);
            }
            catch (RefusedException refused)
            {
                // Queued in this moment, or another worker is at it.
                LogRefused(issueId, refused.Message);
            }
        }
    }

    /// <returns>Issues whose content is not that of their last rehearsal, or whose last rehearsal says that nothing would go out.</returns>
    private async Task<List<long>> ToRehearseAsync(long newsletterId, CancellationToken cancellationToken)
    {
        var settled = time.GetUtcNow() - Settled;
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var waiting = await database.Issues
            .Where(issue => issue.NewsletterId == newsletterId && issue.QueuedAt == null && issue.AssembledAt <= settled && issue.Contents.Count > 0
                && (issue.State == IssueState.Assembled || issue.State == IssueState.Approved))
            .OrderBy(issue => issue.Week).Select(issue => issue.Id).ToListAsync(cancellationToken);
        var due = new List<long>();
        foreach (var id in waiting)
        {
            var hash = ContentHash.Of(await database.IssueContents.HashesAsync(id, cancellationToken));
            var last = await database.Rehearsals.AsNoTracking().Where(rehearsal => rehearsal.IssueId == id)
                .OrderByDescending(rehearsal => rehearsal.At).FirstOrDefaultAsync(cancellationToken);
            if (last is null or { FailedForAll: true } || !last.ContentHash.AsSpan().SequenceEqual(hash))
            {
                due.Add(id);
            }
        }

        return due;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Issue {IssueId} is not rehearsed: {Why}")]
    private partial void LogRefused(long issueId, string why);
}
