using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

/// <summary>Whose link it is and which newsletter it is about. Read-only: what a page shows before anything is pressed.</summary>
public sealed record LinkOwner(Subscriber Subscriber, Newsletter Newsletter);

public sealed class LinkOwners(IDbContextFactory<DigestDbContext> contexts, Tokens tokens)
{
    /// <summary>None for a token that is not ours, is for another purpose, or has been revoked; expiry is not looked at.</summary>
    public async Task<LinkOwner?> FindAsync(TokenPurpose purpose, string token, CancellationToken cancellationToken)
    {
        if (tokens.Read(purpose, token) is not { } content)
        {
            return null;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Subscribers.AsNoTracking()
            .Where(subscriber => subscriber.Id == content.SubscriberId && subscriber.TokenVersion == content.Version)
            .Join(
                database.Newsletters.AsNoTracking(),
                subscriber => subscriber.NewsletterId,
                newsletter => newsletter.Id,
                (subscriber, newsletter) => new LinkOwner(subscriber, newsletter))
            .SingleOrDefaultAsync(cancellationToken);
    }
}
