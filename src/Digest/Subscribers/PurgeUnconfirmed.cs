using Digest.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Subscribers;

/// <summary>
/// Forgets sign-ups that nobody confirmed (checklist G2), their evidence and notices with them. Somebody who had left
/// before and did not confirm their return is unsubscribed again instead: their departure is evidence to keep.
/// </summary>
public sealed partial class PurgeUnconfirmed(
    IDbContextFactory<DigestDbContext> contexts, IOptions<SignUpSettings> settings, TimeProvider time, ILogger<PurgeUnconfirmed> logger)
{
    /// <returns>How many subscribers were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-settings.Value.PurgeAfterDays);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Pending and asked for nothing since: the last evidence of any kind is older than that.
        var stale = database.Subscribers.Where(subscriber => subscriber.State == SubscriberState.Pending
            && subscriber.CreatedAt < before
            && !database.ConsentEvents.Any(consent => consent.SubscriberId == subscriber.Id && consent.At >= before));
        await stale.Where(subscriber => subscriber.UnsubscribedAt != null).ExecuteUpdateAsync(
            set => set.SetProperty(subscriber => subscriber.State, SubscriberState.Unsubscribed), cancellationToken);
        // Never confirmed, so never queued: no delivery holds them.
        var purged = await stale.ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogPurged(purged);
        return purged;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Purged {Count} sign-ups that were never confirmed.")]
    private partial void LogPurged(int count);
}
