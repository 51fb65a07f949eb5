using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Subscribers;

/// <param name="NewsletterId">To what.</param>
/// <param name="Address">As typed.</param>
/// <param name="Source">For the consent evidence, for example "public page".</param>
/// <param name="RemoteAddress">IP of the request, when the installation records it.</param>
public sealed record SubscribeRequest(long NewsletterId, string Address, string Source, string? RemoteAddress, string? TimeZone = null);

/// <summary>
/// The first step of double opt-in: a pending row, its evidence and a confirmation notice, in one transaction.
/// The caller learns nothing about whether the address was known (checklist H7); a confirmed reader gets no second mail.
/// </summary>
public sealed class Subscribe(
    IDbContextFactory<DigestDbContext> contexts,
    NpgsqlDataSource dataSource,
    Tokens tokens,
    AddressHash addressHash,
    IOptions<SignUpSettings> settings,
    TimeProvider time)
{
    /// <summary>Finds or makes the row and locks it: of two sign-ups of one address at once, the second waits here and then sees the first's notice.</summary>
    private const string TakeRow =
        """
        insert into digest.subscribers as known (newsletter_id, address, address_key, state, time_zone, topics, token_version, created_at)
        select $1, $2, $3, 'pending', $4, '{}', 1, $6
        where not exists (select from digest.suppressions s where s.address_hash = $5 and (s.newsletter_id = $1 or s.newsletter_id is null))
        -- unsubscribed_at stays until they confirm: an unconfirmed return is undone by the purge, and older links stay dead.
        on conflict (newsletter_id, address_key) do update
            set state = 'pending', address = excluded.address, confirmed_at = null, time_zone = coalesce(excluded.time_zone, known.time_zone)
            where known.state <> 'confirmed'
        """;

    /// <summary>Whoever left by their own link may come back at once; nobody else can make a second mail within the interval.</summary>
    private const string AskToConfirm =
        """
        with asked as (
            select p.id from digest.subscribers p
            where p.newsletter_id = $1 and p.address_key = $3 and p.state = 'pending'
              and not exists (select from digest.suppressions s where s.address_hash = $5 and (s.newsletter_id = $1 or s.newsletter_id is null))
              and not exists (select from digest.notices n where n.subscriber_id = p.id and n.kind = 'confirmation'
                              and n.created_at > greatest($7, coalesce(p.unsubscribed_at, '-infinity')))
        ), evidence as (
            insert into digest.consent_events (subscriber_id, kind, at, source, text_version, remote_address)
            select id, 'requested', $6, $8, $9, $10 from asked
        )
        insert into digest.notices (subscriber_id, kind, state, created_at, due_at, expires_at, attempts)
        select id, 'confirmation', 'queued', $6, $6, $11, 0 from asked
        """;

    /// <exception cref="RefusedException">The address cannot be mailed to; the message is for the person who typed it.</exception>
    public async Task RunAsync(SubscribeRequest request, CancellationToken cancellationToken)
    {
        var address = EmailAddress.Parse(request.Address, out var problem) ?? throw new RefusedException(problem);
        if (request.TimeZone is { } zone && !TimeZones.IsKnown(zone))
        {
            throw new RefusedException("This is no time zone that we know; choose one such as Europe/Berlin.");
        }

        var now = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One round trip and the same statements whatever is known of the address (checklist H7).
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { new NpgsqlBatchCommand(TakeRow), new NpgsqlBatchCommand(AskToConfirm) },
        };
        object?[] values =
        [
            request.NewsletterId, address.Typed, address.Key, request.TimeZone, addressHash.Of(address.Key), now,
            now.AddMinutes(-settings.Value.ConfirmationIntervalMinutes), request.Source, ConsentTexts.Current.Version,
            request.RemoteAddress, now + Notice.Lifetime,
        ];
        AddParameters(batch.BatchCommands[0], values.AsSpan(0, 6));
        AddParameters(batch.BatchCommands[1], values);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Comes back by the link of an old mail: a fresh double opt-in to the address of that subscriber.</summary>
    /// <returns>Whether the token is one of ours; nothing is said about the subscriber.</returns>
    public async Task<bool> ReturnAsync(string unsubscribeToken, string source, string? remoteAddress, CancellationToken cancellationToken)
    {
        if (tokens.Read(TokenPurpose.Unsubscribe, unsubscribeToken) is not { } content)
        {
            return false;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var subscriber = await database.Subscribers.AsNoTracking().SingleOrDefaultAsync(
            s => s.Id == content.SubscriberId && s.TokenVersion == content.Version, cancellationToken);
        if (subscriber is null)
        {
            return false;
        }

        await RunAsync(new SubscribeRequest(subscriber.NewsletterId, subscriber.Address, source, remoteAddress), cancellationToken);
        return true;
    }

    private static void AddParameters(NpgsqlBatchCommand command, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(value is null
                ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
                : new NpgsqlParameter { Value = value });
        }
    }
}
