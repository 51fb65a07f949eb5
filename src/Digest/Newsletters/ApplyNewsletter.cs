using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Newsletters;

public enum ApplyResult
{
    Created,
    Changed,
    Unchanged,
}

/// <summary>Creates the newsletter, or changes the one with the same slug. Applying the same settings twice changes nothing.</summary>
public sealed class ApplyNewsletter(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <exception cref="RefusedException">The change would break what is already stored or mailed.</exception>
    public async Task<(long NewsletterId, ApplyResult Result)> RunAsync(Newsletter wanted, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Keeps out a second apply and an import, which locks the newsletter's row, for the few milliseconds this takes:
        // a story cannot bring a term back in between the check and the write. Readers are not stopped.
        await database.Database.ExecuteSqlAsync($"lock table digest.newsletters in exclusive mode", cancellationToken);

        var newsletter = await database.Newsletters.SingleOrDefaultAsync(n => n.Slug == wanted.Slug, cancellationToken);
        var result = newsletter is null ? ApplyResult.Created : ApplyResult.Changed;
        if (newsletter is null)
        {
            newsletter = wanted;
            newsletter.CreatedAt = time.GetUtcNow();
            database.Add(newsletter);
        }
        else
        {
            await NewsletterChange.RefuseBreakingAsync(database, newsletter, wanted, cancellationToken);
            Take(newsletter, wanted);
            result = database.ChangeTracker.HasChanges() ? ApplyResult.Changed : ApplyResult.Unchanged;
        }

        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (newsletter.Id, result);
    }

    private static void Take(Newsletter newsletter, Newsletter wanted)
    {
        newsletter.Name = wanted.Name;
        newsletter.Tagline = wanted.Tagline;
        newsletter.Language = wanted.Language;
        newsletter.TimeZone = wanted.TimeZone;
        newsletter.Sender = wanted.Sender;
        newsletter.Schedule = wanted.Schedule;
        newsletter.Policy = wanted.Policy;
        newsletter.Brand = wanted.Brand;
        newsletter.PostalAddress = wanted.PostalAddress;
        newsletter.Vocabulary = wanted.Vocabulary;
        newsletter.Feeds = wanted.Feeds;
    }
}
