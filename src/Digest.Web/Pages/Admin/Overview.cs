using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Schedule;
using Digest.Smtp;
using Digest.Stories.Feeds;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <param name="Id">Of the issue.</param>
/// <param name="Week">Its Monday.</param>
/// <param name="State">Of the issue.</param>
/// <param name="Subject">As frozen.</param>
/// <param name="ByState">Counts from the ledger.</param>
public sealed record RecentIssue(
    long Id, DateOnly Week, IssueState State, string Subject, IReadOnlyDictionary<DeliveryState, int> ByState);

/// <param name="Pending">Asked to subscribe and did not confirm.</param>
/// <param name="Confirmed">Get the issue, but for those paused.</param>
/// <param name="Paused">Of the confirmed: get nothing until an instant they chose.</param>
/// <param name="Unsubscribed">Left.</param>
/// <param name="Suppressions">Addresses that get nothing, this newsletter's and the installation's.</param>
public sealed record SubscriberCounts(int Pending, int Confirmed, int Paused, int Unsubscribed, int Suppressions);

/// <param name="Newsletter">Whose page this is.</param>
/// <param name="NextRuns">The coming assembly and send.</param>
/// <param name="LatestIssueId">The current issue, if there is one yet.</param>
/// <param name="Recent">The latest issues, the current one first.</param>
/// <param name="Subscribers">Counted now.</param>
/// <param name="Notices">Confirmations and welcomes that have not been settled well, by state.</param>
/// <param name="Workers">Processes that send and have not said goodbye, the freshest heartbeat first.</param>
/// <param name="Feeds">That stories come from, as the settings order them.</param>
/// <param name="Now">When all this was read.</param>
public sealed record OverviewView(
    Newsletter Newsletter, IReadOnlyList<NextRun> NextRuns, long? LatestIssueId, IReadOnlyList<RecentIssue> Recent,
    SubscriberCounts Subscribers, IReadOnlyDictionary<DeliveryState, int> Notices, IReadOnlyList<SendingWorker> Workers,
    IReadOnlyList<FeedState> Feeds, DateTimeOffset Now);

/// <summary>Reads what the operator's page shows of a newsletter beside its current issue.</summary>
public sealed class Overview(IDbContextFactory<DigestDbContext> contexts, FeedBook feeds, TimeProvider time)
{
    private const int RecentIssues = 8;

    /// <summary>Slug and name of every newsletter, by name.</summary>
    public async Task<IReadOnlyList<(string Slug, string Name)>> NewslettersAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await database.Newsletters.OrderBy(n => n.Name).Select(n => new { n.Slug, n.Name }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => (row.Slug, row.Name))];
    }

    /// <returns>None when there is no such newsletter.</returns>
    public async Task<OverviewView?> ReadAsync(string slug, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var newsletter = await database.Newsletters.AsNoTracking().SingleOrDefaultAsync(n => n.Slug == slug, cancellationToken);
        if (newsletter is null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var recent = await RecentAsync(database, newsletter.Id, cancellationToken);
        return new OverviewView(
            newsletter, NextRuns.Of(newsletter, now), recent.Count > 0 ? recent[0].Id : null, recent,
            await SubscribersAsync(database, newsletter.Id, now, cancellationToken),
            await NoticesAsync(database, newsletter.Id, cancellationToken),
            await database.SendingWorkers.AsNoTracking().Where(w => w.StoppedAt == null)
                .OrderByDescending(w => w.HeartbeatAt).Take(10).ToListAsync(cancellationToken),
            await feeds.ReadAsync(newsletter, cancellationToken),
            now);
    }

    private static async Task<IReadOnlyList<RecentIssue>> RecentAsync(
        DigestDbContext database, long newsletterId, CancellationToken cancellationToken)
    {
        var issues = await database.Issues.AsNoTracking().Where(i => i.NewsletterId == newsletterId)
            .OrderByDescending(i => i.Week).Take(RecentIssues).ToListAsync(cancellationToken);
        var ids = issues.ConvertAll(issue => issue.Id);
        var counts = await database.Deliveries.Where(d => ids.Contains(d.IssueId))
            .GroupBy(d => new { d.IssueId, d.State })
            .Select(group => new { group.Key.IssueId, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var kept = await database.LedgerTotals.Where(t => ids.Contains(t.IssueId))
            .Select(t => new { t.IssueId, t.State, t.Count }).ToListAsync(cancellationToken);
        counts.AddRange(kept);
        return issues.ConvertAll(issue => new RecentIssue(
            issue.Id, issue.Week, issue.State, issue.Subject,
            counts.Where(row => row.IssueId == issue.Id).ToDictionary(row => row.State, row => row.Count)));
    }

    private static async Task<SubscriberCounts> SubscribersAsync(
        DigestDbContext database, long newsletterId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await database.Subscribers.Where(s => s.NewsletterId == newsletterId)
            .GroupBy(s => new { s.State, IsPaused = s.PausedUntil != null && s.PausedUntil > now })
            .Select(group => new { group.Key.State, group.Key.IsPaused, Count = group.Count() })
            .ToListAsync(cancellationToken);
        int Count(SubscriberState state) => rows.Where(row => row.State == state).Sum(row => row.Count);
        return new SubscriberCounts(
            Count(SubscriberState.Pending),
            Count(SubscriberState.Confirmed),
            rows.Where(row => row is { State: SubscriberState.Confirmed, IsPaused: true }).Sum(row => row.Count),
            Count(SubscriberState.Unsubscribed),
            await database.Suppressions.CountAsync(s => s.NewsletterId == null || s.NewsletterId == newsletterId, cancellationToken));
    }

    private static async Task<IReadOnlyDictionary<DeliveryState, int>> NoticesAsync(
        DigestDbContext database, long newsletterId, CancellationToken cancellationToken) =>
        await database.Notices
            .Where(n => n.State != DeliveryState.Accepted)
            .Join(database.Subscribers.Where(s => s.NewsletterId == newsletterId), n => n.SubscriberId, s => s.Id, (n, _) => n.State)
            .GroupBy(state => state)
            .ToDictionaryAsync(group => group.Key, group => group.Count(), cancellationToken);
}
