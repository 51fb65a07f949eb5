using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <param name="Newsletter">Whose.</param>
/// <param name="Issue">Without its stories and contents.</param>
/// <param name="Hash">SHA-256 of the frozen content, which approval binds to; none for a skipped issue.</param>
/// <param name="Variants">Of the frozen content, by their keys; the whole issue first.</param>
/// <param name="Rehearsal">The last one, if there was one.</param>
/// <param name="Progress">What the ledger says.</param>
/// <param name="Queue">The part of the queue that is shown.</param>
public sealed record IssueView(
    Newsletter Newsletter, Issue Issue, byte[]? Hash, IReadOnlyList<string> Variants, RehearsalView? Rehearsal, ProgressView Progress, QueueView Queue)
{
    /// <summary>The topics of a variant as readers see them; one that the newsletter no longer has by its key.</summary>
    public string WordsOf(string variant) => string.Join(", ", variant.Split(VariantKey.Separator)
        .Select(key => Newsletter.Vocabulary.Topics.FirstOrDefault(topic => topic.Key == key)?.Label ?? key));
}

/// <param name="Last">The last rehearsal of the issue.</param>
/// <param name="IsOfThis">It rehearsed the content that is frozen now.</param>
/// <param name="Zone">The newsletter's, for its instants.</param>
public sealed record RehearsalView(Rehearsal Last, bool IsOfThis, TimeZoneInfo Zone);

/// <param name="IssueId">Whose queue.</param>
/// <param name="Filter">What part of it.</param>
/// <param name="Lines">The page.</param>
/// <param name="Total">Lines that match in all.</param>
/// <param name="DroppedAt">When the rows were dropped; then there are no lines.</param>
/// <param name="Zone">The newsletter's, for its instants.</param>
public sealed record QueueView(
    long IssueId, QueueFilter Filter, IReadOnlyList<DeliveryLine> Lines, int Total, DateTimeOffset? DroppedAt, TimeZoneInfo Zone)
{
    public int Pages => Math.Max(1, (Total + QueueFilter.PageSize - 1) / QueueFilter.PageSize);
}

/// <summary>Reads what the admin pages show of one issue.</summary>
public sealed class IssueDesk(
    IDbContextFactory<DigestDbContext> contexts, IssueProgress progress, IssueForecast forecast, DeliverySearch search, TimeProvider time)
{
    /// <returns>None when there is no such issue.</returns>
    public async Task<IssueView?> ReadAsync(long issueId, QueueFilter filter, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.AsNoTracking().SingleOrDefaultAsync(i => i.Id == issueId, cancellationToken);
        if (issue is null)
        {
            return null;
        }

        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var hashes = await database.IssueContents.HashesAsync(issueId, cancellationToken);
        var hash = ContentHash.Of(hashes);
        var rehearsal = await ReadRehearsalAsync(database, issueId, hash, newsletter.Zone, cancellationToken);
        var (lines, total) = issue.QueuedAt is null ? ([], 0) : await search.FindAsync(
            issueId, filter.Address, filter.State, filter.Page, QueueFilter.PageSize, cancellationToken);
        return new IssueView(
            newsletter, issue, hash, [.. hashes.Select(frozen => frozen.Variant).Order(StringComparer.Ordinal)], rehearsal,
            await ReadProgressAsync(database, issue, newsletter.Zone, cancellationToken),
            new QueueView(issueId, filter, lines, total, issue.LedgerDroppedAt, newsletter.Zone));
    }

    private static async Task<RehearsalView?> ReadRehearsalAsync(
        DigestDbContext database, long issueId, byte[]? hash, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var last = await database.Rehearsals.AsNoTracking().Where(r => r.IssueId == issueId)
            .OrderByDescending(r => r.At).FirstOrDefaultAsync(cancellationToken);
        return last is null ? null : new RehearsalView(last, last.ContentHash.AsSpan().SequenceEqual(hash), zone);
    }

    /// <returns>None when there is no such issue.</returns>
    public async Task<ProgressView?> ReadProgressAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await database.Issues.AsNoTracking().Where(i => i.Id == issueId)
            .Join(database.Newsletters, i => i.NewsletterId, n => n.Id, (i, n) => new { Issue = i, n.TimeZone })
            .SingleOrDefaultAsync(cancellationToken);
        return found is null ? null
            : await ReadProgressAsync(database, found.Issue, TimeZoneInfo.FindSystemTimeZoneById(found.TimeZone), cancellationToken);
    }

    private async Task<ProgressView> ReadProgressAsync(
        DigestDbContext database, Issue issue, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var minuteAgo = now.AddMinutes(-1);
        return new ProgressView(
            issue.Id, issue.State, issue.DueAt,
            issue.QueuedAt is null ? null : await progress.ReadAsync(issue.Id, cancellationToken),
            issue.State == IssueState.Sending ? await database.Deliveries.CountAsync(d => d.IssueId == issue.Id && d.SettledAt > minuteAgo, cancellationToken) : 0,
            issue.QueuedAt is { } queued ? Max((issue.CompletedAt ?? now) - Later(queued, issue.DueAt)) : null,
            issue.State is IssueState.Sending or IssueState.Paused ? await forecast.ReadAsync(issue.Id, cancellationToken) : null,
            zone, now);
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static TimeSpan Max(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
