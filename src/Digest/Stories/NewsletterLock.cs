using System.Text.Json;
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
    /// <summary>As it is now, for what takes time and must not be waited for: reading what somebody wrote.</summary>
    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public static async Task<Newsletter> ReadAsync(DigestDbContext database, long newsletterId, CancellationToken cancellationToken) =>
        await database.Newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Id == newsletterId, cancellationToken)
        ?? throw NoNewsletter(newsletterId);

    /// <returns>Whether stories read for the one are the other's too; else they are read again under the lock.</returns>
    public static bool ReadsAlike(Newsletter before, Newsletter now) =>
        before.TimeZone == now.TimeZone && JsonSerializer.Serialize(before.Vocabulary) == JsonSerializer.Serialize(now.Vocabulary);

    /// <exception cref="RefusedException">There is no such newsletter.</exception>
    public static async Task<Newsletter> TakeAsync(DigestDbContext database, long newsletterId, CancellationToken cancellationToken)
    {
        var found = await database.Newsletters
            .FromSql($"select * from digest.newsletters where id = {newsletterId} for no key update")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return found.SingleOrDefault() ?? throw NoNewsletter(newsletterId);
    }

    private static RefusedException NoNewsletter(long newsletterId) => new($"There is no newsletter with the id {newsletterId}.");
}
