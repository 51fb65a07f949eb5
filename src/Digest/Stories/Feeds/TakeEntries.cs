using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Stories.Feeds;

/// <param name="Added">Entries that were taken for the first time.</param>
/// <param name="Changed">Entries that were edited since.</param>
/// <param name="NotTaken">Entries of these that became no story and no source; the reason stands with each.</param>
/// <param name="LeftOut">Older entries that were not read, as the feed names too many.</param>
public sealed record Taken(int Added, int Changed, int NotTaken, int LeftOut = 0);

/// <summary>Takes a feed's entries in, in one transaction with the feed's own state: what was not written is asked for again.</summary>
public sealed partial class TakeEntries(
    IDbContextFactory<DigestDbContext> contexts, FeedBook book, IOptions<PollSettings> settings, TimeProvider time, ILogger<TakeEntries> logger)
{
    /// <returns>None when the feed had not changed, or has left the settings meanwhile.</returns>
    public async Task<Taken?> RunAsync(FeedClaim claim, FeedAnswer answer, FeedDocument? document, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var newsletter = await NewsletterLock.TakeAsync(database, claim.NewsletterId, cancellationToken);
        var feed = await database.Feeds.SingleAsync(f => f.Id == claim.FeedId, cancellationToken);
        if (newsletter.Feeds.FirstOrDefault(f => f.Url == claim.Url) is not { } own)
        {
            return null;
        }

        var (taken, isWhole) = document is null ? (null, true) : await TakeAsync(database, newsletter, feed, own, document, cancellationToken);
        book.Worked(feed, own, answer, document, isWhole);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    private async Task<(Taken? Taken, bool IsWhole)> TakeAsync(
        DigestDbContext database, Newsletter newsletter, Feed feed, FeedSettings own, FeedDocument document, CancellationToken cancellationToken)
    {
        var entries = document.Entries;
        var now = time.GetUtcNow();
        var identities = entries.Select(entry => entry.Identity).ToList();
        var known = await database.FeedItems
            .Where(item => item.FeedId == feed.Id && identities.Contains(item.Identity))
            .ToDictionaryAsync(item => item.Identity, cancellationToken);
        // A feed that was empty so far has told of nothing: what it names then was there before, as with any first poll.
        var isFirstPoll = !await database.FeedItems.AnyAsync(item => item.FeedId == feed.Id, cancellationToken);
        var desk = new EntryDesk(database, newsletter, feed, own, settings.Value, now, entries, isFirstPoll);
        int added = 0, changed = 0, notTaken = 0, faults = 0;
        // The oldest first: of several pieces on one event, the first to tell of it begins the story.
        foreach (var entry in entries.OrderBy(entry => entry.Published ?? now))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isNew = !known.TryGetValue(entry.Identity, out var item);
            item ??= NewItem(feed, entry, now);
            item.SeenAt = now;
            var hash = EntryStory.Hash(entry);
            if (!isNew && item.ContentHash.AsSpan().SequenceEqual(hash))
            {
                continue;
            }

            (item.NotTaken, var isFault) = await TryAsync(desk, item, entry, isNew, cancellationToken);
            // Without its hash it is another entry to the next poll, and tried again; its words may be what cannot be read.
            (item.Title, item.Url, item.ContentHash) = isFault
                ? (entry.Title, EntryStory.UrlOf(entry) ?? "", [])
                : (entry.Words.Title, EntryStory.UrlOf(entry) ?? "", hash);
            faults += isFault ? 1 : 0;
            if (isNew)
            {
                database.Add(item);
            }

            _ = item.NotTaken is not null ? notTaken++ : isNew ? added++ : changed++;
        }

        await desk.SettleAddressesAsync(cancellationToken);
        return (new Taken(added, changed, notTaken, document.LeftOut), faults == 0);
    }

    /// <summary>A date that is missing, or still to come, is when the entry was first seen. It never moves: the week it is told in is settled by it.</summary>
    private static FeedItem NewItem(Feed feed, FeedEntry entry, DateTimeOffset now) => new()
    {
        FeedId = feed.Id,
        Identity = entry.Identity,
        ContentHash = [],
        Title = "",
        Url = "",
        PublishedAt = entry.Published is { } published && published < now ? published : now,
        FirstSeenAt = now,
    };

    private async Task<(string? NotTaken, bool IsFault)> TryAsync(EntryDesk desk, FeedItem item, FeedEntry entry, bool isNew, CancellationToken cancellationToken)
    {
        var storyId = item.StoryId;
        try
        {
            return (isNew || (storyId is null && item.NotTaken is not null)
                ? await desk.BeginAsync(item, entry, cancellationToken)
                : await desk.FollowAsync(item, entry, cancellationToken), false);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException && DatabaseFailure.Reason(error) is null)
        {
            LogUnreadable(error, item.FeedId);
            // What it joined it did not join: the next try begins where this one did.
            item.StoryId = storyId;
            return ($"cannot be read ({error.GetType().Name}); report this, with the feed's address, as a fault of Digest.", true);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An entry of feed {FeedId} could not be read.")]
    private partial void LogUnreadable(Exception error, long feedId);
}
