using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <param name="Feed">How it fares.</param>
/// <param name="Settings">As the newsletter has it.</param>
/// <param name="Items">Entries that were ever seen.</param>
/// <param name="Taken">Of these, that became a story or a source of one.</param>
public sealed record FeedState(Feed Feed, FeedSettings Settings, int Items, int Taken)
{
    public bool IsFailing => Feed.FailingSince is not null;
}

/// <summary>Keeps how each feed fares, and when it is asked again.</summary>
public sealed class FeedBook(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <summary>However long it has failed, it is found mended within these.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <summary>One that says it is gone is asked all the same: some that say so come back.</summary>
    private static readonly TimeSpan GoneWait = TimeSpan.FromDays(1);

    /// <summary>Every feed of a newsletter's settings in their order, the polled and the not yet polled.</summary>
    public async Task<IReadOnlyList<FeedState>> ReadAsync(Newsletter newsletter, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var feeds = await database.Feeds.AsNoTracking().Where(feed => feed.NewsletterId == newsletter.Id).ToDictionaryAsync(feed => feed.Url, cancellationToken);
        var counts = await database.FeedItems
            .Where(item => database.Feeds.Any(feed => feed.Id == item.FeedId && feed.NewsletterId == newsletter.Id))
            .GroupBy(item => item.FeedId)
            .Select(group => new { group.Key, All = group.Count(), Taken = group.Count(item => item.StoryId != null && item.NotTaken == null) })
            .ToDictionaryAsync(group => group.Key, cancellationToken);
        return [.. newsletter.Feeds.Select(settings =>
        {
            var feed = feeds.GetValueOrDefault(settings.Url) ?? new Feed { NewsletterId = newsletter.Id, Url = settings.Url };
            var count = counts.GetValueOrDefault(feed.Id);
            return new FeedState(feed, settings, count?.All ?? 0, count?.Taken ?? 0);
        })];
    }

    /// <summary>It answered with what could be read, changed or not. Saved with what it brought.</summary>
    /// <param name="feed">Which.</param>
    /// <param name="settings">As the newsletter has it.</param>
    /// <param name="answer">What its server said.</param>
    /// <param name="document">What could be read of it; none when nothing changed.</param>
    /// <param name="isWhole">Whether all of it was taken in; else the next poll asks for all of it, changed or not.</param>
    internal void Worked(Feed feed, FeedSettings settings, FeedAnswer answer, FeedDocument? document, bool isWhole)
    {
        var now = time.GetUtcNow();
        if (answer.Bytes is not null)
        {
            (feed.ETag, feed.LastModified) = isWhole ? (answer.ETag, answer.LastModified) : (null, null);
        }

        feed.Problem = answer.MovedTo is { } target
            // The settings are the newsletter's and nobody else's to change.
            ? $"has moved for good to {target.AbsoluteUri}; write that address in the newsletter's settings."
            : document is null ? (feed.FailingSince is null ? feed.Problem : null)
            : document.LeftOut > 0
                ? $"names {document.Entries.Count + document.LeftOut} entries, and only the newest {document.Entries.Count} are read; ask its publisher for a shorter one if one is missing."
                : null;
        (feed.SucceededAt, feed.FailingSince, feed.Failures) = (now, null, 0);
        feed.NextPollAt = now.AddMinutes(settings.PollMinutes);
    }

    internal async Task FailedAsync(DigestDbContext database, FeedClaim claim, FeedException problem, CancellationToken cancellationToken)
    {
        var feed = await database.Feeds.SingleAsync(f => f.Id == claim.FeedId, cancellationToken);
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == claim.NewsletterId, cancellationToken);
        var now = time.GetUtcNow();
        feed.Failures++;
        feed.FailingSince ??= now;
        feed.Problem = problem.Message;
        feed.NextPollAt = now + Wait(newsletter.Feeds.FirstOrDefault(f => f.Url == claim.Url)?.PollMinutes ?? 60, feed.Failures, problem);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Twice as long after each failure, and never shorter than the feed's own time or what its server asks for.</summary>
    private static TimeSpan Wait(int pollMinutes, int failures, FeedException problem)
    {
        var own = TimeSpan.FromMinutes(pollMinutes);
        var longest = own > LongestWait ? own : LongestWait;
        var doubled = own * Math.Pow(2, Math.Min(failures - 1, 10));
        var wait = doubled < longest ? doubled : longest;
        var asked = problem.RetryAfter is { } after ? TimeSpan.FromTicks(Math.Min(after.Ticks, GoneWait.Ticks)) : TimeSpan.Zero;
        return problem.IsGone ? GoneWait : asked > wait ? asked : wait;
    }
}
