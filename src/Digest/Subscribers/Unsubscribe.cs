using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

public enum UnsubscribeResult
{
    Unsubscribed,
    AlreadyUnsubscribed,
    Unknown,
}

/// <summary>Leaves one newsletter, in force at the next claim. Idempotent; its token never expires (checklist H3).</summary>
public sealed class Unsubscribe(IDbContextFactory<DigestDbContext> contexts, Tokens tokens, TimeProvider time)
{
    /// <param name="token">From the mail.</param>
    /// <param name="source">For the evidence: "one-click" or "unsubscribe page".</param>
    /// <param name="remoteAddress">IP of the request, when the installation records it.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<UnsubscribeResult> RunAsync(string token, string source, string? remoteAddress, CancellationToken cancellationToken)
    {
        if (tokens.Read(TokenPurpose.Unsubscribe, token) is not { } content)
        {
            return UnsubscribeResult.Unknown;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await database.LockAsync(content, cancellationToken) is not { } subscriber)
        {
            return UnsubscribeResult.Unknown;
        }

        if (subscriber.State == SubscriberState.Unsubscribed)
        {
            return UnsubscribeResult.AlreadyUnsubscribed;
        }

        var now = time.GetUtcNow();
        subscriber.State = SubscriberState.Unsubscribed;
        subscriber.UnsubscribedAt = now;
        database.Add(new ConsentEvent
        {
            SubscriberId = subscriber.Id,
            Kind = ConsentKind.Unsubscribed,
            At = now,
            Source = source,
            RemoteAddress = remoteAddress,
        });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return UnsubscribeResult.Unsubscribed;
    }
}
