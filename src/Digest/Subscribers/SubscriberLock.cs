using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

internal static class SubscriberLock
{
    /// <summary>
    /// The subscriber a token was made for, its row locked until the transaction ends, so that two clicks at once become
    /// one change. None when the row is gone or its token version has been raised.
    /// </summary>
    public static async Task<Subscriber?> LockAsync(this DigestDbContext database, TokenContent token, CancellationToken cancellationToken)
    {
        var rows = await database.Subscribers
            .FromSql($"select * from digest.subscribers where id = {token.SubscriberId} and token_version = {token.Version} for update")
            .ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }
}
