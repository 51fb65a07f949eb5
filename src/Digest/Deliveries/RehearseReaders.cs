using System.Data;
using System.Runtime.CompilerServices;
using Digest.Newsletters;
using Digest.Settings;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>A reader whom the queueing would give a row.</summary>
/// <param name="SubscriberId">Who.</param>
/// <param name="Address">As typed; never logged.</param>
/// <param name="AddressKey">What a suppression would be kept under.</param>
/// <param name="TokenVersion">Part of their links.</param>
/// <param name="Variant">What they get.</param>
/// <param name="DueAt">When.</param>
public sealed record RehearsedReader(long SubscriberId, string Address, string AddressKey, int TokenVersion, string Variant, DateTimeOffset DueAt);

/// <summary>
/// Everybody to whom an issue would be queued now, by the very conditions of <see cref="QueueRows"/>, as of one instant. They come
/// in pages while the statement runs, and no faster than they are used, so that a million of them is never in memory.
/// </summary>
public sealed class RehearseReaders(NpgsqlDataSource dataSource, QueueRows rows)
{
    private const int PageSize = 500;

    private static readonly string Read = $"""
        with {QueueRows.Readers}
        select s.id, s.address, s.address_key, s.token_version, {QueueRows.Variant}, {QueueRows.DueAt}
        {QueueRows.Candidates} and {QueueRows.Reason} is null
        """;

    private const string Count = "select count(*)::int from digest.subscribers s where s.newsletter_id = @newsletter";

    // Held to the end of the reading: two rehearsals of one issue at once would only slow each other down.
    private const string Turn = "select pg_try_advisory_xact_lock(hashtextextended('rehearse', @issue))";

    /// <param name="issueId">What is rehearsed.</param>
    /// <param name="newsletter">Whose readers.</param>
    /// <param name="waves">When it is due for whom.</param>
    /// <param name="candidates">Given their number, those who would be excluded included.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RefusedException">The issue is being rehearsed already.</exception>
    public async IAsyncEnumerable<IReadOnlyList<RehearsedReader>> PagesAsync(
        long issueId, Newsletter newsletter, Waves waves, Action<int> candidates, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        // One snapshot for both statements: queued and excluded are candidates.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var turn = new NpgsqlCommand(Turn, connection, transaction))
        {
            turn.Parameters.AddWithValue("issue", issueId);
            if (await turn.ExecuteScalarAsync(cancellationToken) is not true)
            {
                throw new RefusedException("The issue is being rehearsed already; look again in a moment.");
            }
        }

        await using (var count = new NpgsqlCommand(Count, connection, transaction))
        {
            count.Parameters.AddWithValue("newsletter", newsletter.Id);
            candidates((int)(await count.ExecuteScalarAsync(cancellationToken))!);
        }

        await using var command = new NpgsqlCommand(Read, connection, transaction) { CommandTimeout = 0 };
        rows.AddReaders(command.Parameters, issueId, newsletter, waves);
        await using var found = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<RehearsedReader>(PageSize);
        while (await found.ReadAsync(cancellationToken))
        {
            page.Add(new RehearsedReader(
                found.GetInt64(0), found.GetString(1), found.GetString(2), found.GetInt32(3), found.GetString(4), found.GetFieldValue<DateTimeOffset>(5)));
            if (page.Count == PageSize)
            {
                yield return page;
                page = new List<RehearsedReader>(PageSize);
            }
        }

        if (page.Count > 0)
        {
            yield return page;
        }
    }
}
