using Npgsql;
using NpgsqlTypes;

namespace Digest.Stories.Feeds;

/// <summary>A feed that this run is to ask, and nobody else until <see cref="FeedClaims.Lease"/> is over.</summary>
public sealed record FeedClaim(long FeedId, long NewsletterId, string Url, string? ETag, string? LastModified);

/// <summary>Which feeds are due, each for one run at a time. No lock is held while a server takes its time.</summary>
public sealed class FeedClaims(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>A run that dies with a feed in its hands leaves it to the next after so long; longer than any fetch may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    // The settings are the newsletter's; a feed's row only remembers how it fares. One that leaves the settings keeps its
    // row, so that its entries are known when it returns.
    private const string Sync =
        """
        insert into digest.feeds (newsletter_id, url, next_poll_at, failures)
        select n.id, s ->> 'url', $1, 0
        from digest.newsletters n cross join jsonb_array_elements(n.feeds) s
        on conflict (newsletter_id, url) do nothing
        """;

    // The claim is the move of next_poll_at: committed at once, it holds whatever becomes of the process. Rows that another
    // run is claiming at this instant are passed over, not waited for.
    private const string Claim =
        """
        update digest.feeds f set next_poll_at = $1 + $2, polled_at = $1
        where f.id = (
            select d.id
            from digest.feeds d join digest.newsletters n on n.id = d.newsletter_id
            where exists (select from jsonb_array_elements(n.feeds) s where s ->> 'url' = d.url)
              and case when $3 then d.polled_at is null or d.polled_at < $4 else d.next_poll_at <= $1 end
              and ($5::bigint is null or d.newsletter_id = $5)
              and ($6::text is null or d.url = $6)
            order by d.next_poll_at, d.id
            limit 1
            for update of d skip locked)
        returning f.id, f.newsletter_id, f.url, f.etag, f.last_modified
        """;

    /// <summary>Gives every feed of the settings a row.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Sync);
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The feed that has been due for longest.</summary>
    public Task<FeedClaim?> DueAsync(CancellationToken cancellationToken) => NextAsync(null, null, null, cancellationToken);

    /// <summary>A feed that has not been asked since an instant, due or not.</summary>
    /// <param name="asked">When somebody asked for it.</param>
    /// <param name="newsletterId">Whose.</param>
    /// <param name="url">Which, or none for all.</param>
    /// <param name="cancellationToken">Stops before the claim.</param>
    public Task<FeedClaim?> NowAsync(DateTimeOffset asked, long newsletterId, string? url, CancellationToken cancellationToken) =>
        NextAsync(asked, newsletterId, url, cancellationToken);

    private async Task<FeedClaim?> NextAsync(DateTimeOffset? asked, long? newsletterId, string? url, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Claim);
        var now = time.GetUtcNow();
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = Lease });
        command.Parameters.Add(new() { Value = asked is not null });
        command.Parameters.Add(new() { Value = asked ?? now });
        command.Parameters.Add(new() { Value = (object?)newsletterId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = (object?)url ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new FeedClaim(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), Optional(reader, 3), Optional(reader, 4))
            : null;
    }

    private static string? Optional(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
