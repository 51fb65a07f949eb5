using Npgsql;
using NpgsqlTypes;

namespace Digest.Deliveries;

/// <summary>A message that may have been accepted.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Newsletter">Slug of whose it is.</param>
/// <param name="What">The week of an issue as yyyy-MM-dd, or the kind of a notice.</param>
/// <param name="BegunAt">When its try began.</param>
/// <param name="Relay">Which relay may have it; none where nobody wrote it down.</param>
/// <param name="MessageId">Without angle brackets: what a relay's log knows it by.</param>
public sealed record Doubt(LedgerKey Key, string Newsletter, string What, DateTimeOffset? BegunAt, string? Relay, string MessageId);

/// <summary>Every message in doubt, of issues and notices.</summary>
public sealed class Doubts(NpgsqlDataSource dataSource, MessageIds messageIds)
{
    // Looks through the whole ledger, which is seldom asked for: an index of doubts would cost every queueing a little.
    private const string Statement = """
        select 1, d.issue_id, d.subscriber_id, n.slug, i.week::text, d.begun_at, d.relay, n.sender ->> 'issueAddress'
        from digest.deliveries d join digest.issues i on i.id = d.issue_id join digest.newsletters n on n.id = i.newsletter_id
        where d.state = 'in_doubt' and (@newsletter is null or n.id = @newsletter)
        union all
        select 2, c.id, c.subscriber_id, n.slug, c.kind, c.begun_at, c.relay, n.sender ->> 'noticeAddress'
        from digest.notices c join digest.subscribers s on s.id = c.subscriber_id join digest.newsletters n on n.id = s.newsletter_id
        where c.state = 'in_doubt' and (@newsletter is null or n.id = @newsletter)
        order by 4, 1, 5, 3
        """;

    /// <param name="newsletterId">Of one newsletter, or of all.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<Doubt>> ReadAsync(long? newsletterId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Statement);
        command.CommandTimeout = 0;
        command.Parameters.Add(new("newsletter", NpgsqlDbType.Bigint) { Value = (object?)newsletterId ?? DBNull.Value });
        var doubts = new List<Doubt>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var key = new LedgerKey((LedgerKind)rows.GetInt32(0), rows.GetInt64(1), rows.GetInt64(2));
            doubts.Add(new Doubt(
                key, rows.GetString(3), rows.GetString(4), rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
                rows.IsDBNull(6) ? null : rows.GetString(6), messageIds.Of(key, rows.GetString(7))));
        }

        return doubts;
    }
}
