using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

/// <summary>
/// One intake or assembly a newsletter at a time, from files, API and feeds alike; its vocabulary stays as it was read until
/// the transaction ends. Rows that refer to the newsletter (a reader subscribes) may still be written.
/// </summary>
internal static class NewsletterLock
{
    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public static async Task<Newsletter> TakeAsync(DigestDbContext database, long newsletterId, CancellationToken cancellationToken)
    {
        var found = await database.Newsletters
            .FromSql($"select * from digest.newsletters where id = {newsletterId} for no key update")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return found.SingleOrDefault() ?? throw new RefusedException($"There is no newsletter with the id {newsletterId}.");
    }
}
