using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

public enum ConfirmResult
{
    Confirmed,
    AlreadyConfirmed,

    /// <summary>Older than <see cref="ConfirmSubscription.LinkLifetime"/>, or its reader left after it was mailed.</summary>
    Expired,

    Unknown,
}

/// <summary>The second step of double opt-in, by POST only: confirms, appends evidence, writes the welcome notice.</summary>
public sealed class ConfirmSubscription(IDbContextFactory<DigestDbContext> contexts, Tokens tokens, TimeProvider time)
{
    /// <summary>A confirmation link's token expires this long after its notice was written (checklist H3).</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>Source of the evidence.</summary>
    private const string Source = "confirmation link";

    public async Task<ConfirmResult> RunAsync(string token, string? remoteAddress, CancellationToken cancellationToken)
    {
        if (tokens.Read(TokenPurpose.Confirm, token) is not { ExpiresAt: { } expiresAt } content)
        {
            return ConfirmResult.Unknown;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await database.LockAsync(content, cancellationToken) is not { } subscriber)
        {
            return ConfirmResult.Unknown;
        }

        var now = time.GetUtcNow();
        if (subscriber.State == SubscriberState.Confirmed)
        {
            return ConfirmResult.AlreadyConfirmed;
        }

        if (subscriber.State == SubscriberState.Unsubscribed || now >= expiresAt || IsFromBeforeLeaving(subscriber, expiresAt))
        {
            return ConfirmResult.Expired;
        }

        Confirm(database, subscriber, remoteAddress, now);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ConfirmResult.Confirmed;
    }

    /// <summary>A link is used up when its reader leaves: coming back takes a new one. Tokens count whole seconds.</summary>
    private static bool IsFromBeforeLeaving(Subscriber subscriber, DateTimeOffset expiresAt) =>
        subscriber.UnsubscribedAt is { } left && (expiresAt - LinkLifetime).ToUnixTimeSeconds() < left.ToUnixTimeSeconds();

    private static void Confirm(DigestDbContext database, Subscriber subscriber, string? remoteAddress, DateTimeOffset now)
    {
        subscriber.State = SubscriberState.Confirmed;
        subscriber.ConfirmedAt = now;
        subscriber.UnsubscribedAt = null;
        database.Add(new ConsentEvent
        {
            SubscriberId = subscriber.Id,
            Kind = ConsentKind.Confirmed,
            At = now,
            Source = Source,
            RemoteAddress = remoteAddress,
        });
        database.Add(Notice.Queued(subscriber.Id, NoticeKind.Welcome, now));
    }
}
