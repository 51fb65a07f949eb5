using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Digest.Subscribers;

/// <param name="Added">New rows.</param>
/// <param name="Unchanged">Rows whose address was known; an import never changes what a person chose.</param>
/// <param name="Suppressed">Rows not taken because the address is suppressed.</param>
public sealed record ImportSubscribersResult(int Added, int Unchanged, int Suppressed);

/// <summary>
/// Brings subscribers in from CSV with a header: address, and optionally state (pending, confirmed, unsubscribed; confirmed
/// when left out), time_zone, confirmed_at, topics (separated by ;, of the newsletter's where it has any). Never brings back somebody who left, never clears a
/// suppression (checklist F8).
/// </summary>
public sealed class ImportSubscribers(
    IDbContextFactory<DigestDbContext> contexts, NpgsqlDataSource dataSource, AddressHash addressHash, TimeProvider time)
{
    private const string CreateIncoming =
        """
        create temp table incoming (line int, address text, address_key text, address_hash bytea, state text, time_zone text,
                                    topics text[], confirmed_at timestamptz, unsubscribed_at timestamptz) on commit drop
        """;

    private const string CopyIncoming =
        """
        copy incoming (line, address, address_key, address_hash, state, time_zone, topics, confirmed_at, unsubscribed_at) from stdin (format binary)
        """;

    /// <summary>Of an address that the file holds twice, the row that asks for the least mail is taken.</summary>
    private const string Take =
        """
        with suppressed as (
            select i.line from incoming i
            where exists (select from digest.suppressions s
                          where s.address_hash = i.address_hash and (s.newsletter_id = $1 or s.newsletter_id is null))
        ), added as (
            insert into digest.subscribers (newsletter_id, address, address_key, state, time_zone, topics, token_version,
                                            created_at, confirmed_at, unsubscribed_at)
            select $1, address, address_key, state, time_zone, topics, 1, $2, confirmed_at, unsubscribed_at
            from incoming where line not in (select line from suppressed)
            order by array_position(array['unsubscribed', 'pending', 'confirmed'], state), line
            on conflict (newsletter_id, address_key) do nothing
            returning id
        ), evidence as (
            insert into digest.consent_events (subscriber_id, kind, at, source)
            select id, 'imported', $2, $3 from added
        )
        select (select count(*)::int from added), (select count(*)::int from suppressed)
        """;

    /// <exception cref="InputException">At least one row is wrong; every problem is named with its line and nothing was written.</exception>
    public async Task<ImportSubscribersResult> RunAsync(long newsletterId, TextReader csv, string fileName, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = await SubscriberCsv.ReadAsync(csv, fileName, await TopicsAsync(newsletterId, cancellationToken), now, cancellationToken);

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CopyAsync(connection, rows, now, cancellationToken);
        var (added, suppressed) = await TakeAsync(connection, newsletterId, Path.GetFileName(fileName), now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new ImportSubscribersResult(added, rows.Count - added - suppressed, suppressed);
    }

    private async Task<string[]> TopicsAsync(long newsletterId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var vocabulary = await database.Newsletters.Where(newsletter => newsletter.Id == newsletterId)
            .Select(newsletter => newsletter.Vocabulary).SingleAsync(cancellationToken);
        return [.. vocabulary.Topics.Select(topic => topic.Key)];
    }

    private async Task CopyAsync(NpgsqlConnection connection, List<SubscriberRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var create = new NpgsqlCommand(CreateIncoming, connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var copy = await connection.BeginBinaryImportAsync(CopyIncoming, cancellationToken);
        foreach (var row in rows)
        {
            DateTimeOffset? confirmedAt = row.State == SubscriberState.Confirmed ? row.ConfirmedAt ?? now : row.ConfirmedAt;
            DateTimeOffset? unsubscribedAt = row.State == SubscriberState.Unsubscribed ? now : null;
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(row.Line, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Address.Typed, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Address.Key, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(addressHash.Of(row.Address.Key), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(SnakeCase.Of(row.State), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.TimeZone, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Topics, NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(confirmedAt, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(unsubscribedAt, NpgsqlDbType.TimestampTz, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task<(int Added, int Suppressed)> TakeAsync(
        NpgsqlConnection connection, long newsletterId, string file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var take = new NpgsqlCommand(Take, connection)
        {
            Parameters = { new() { Value = newsletterId }, new() { Value = now }, new() { Value = $"import {file}" } },
        };
        await using var reader = await take.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetInt32(1));
    }
}
