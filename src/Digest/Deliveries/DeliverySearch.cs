using Digest.Data;
using Digest.Smtp;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>One line of the queue as the operator sees it.</summary>
public sealed record DeliveryLine(
    long SubscriberId, string Address, DeliveryState State, DateTimeOffset DueAt, int Attempts, DateTimeOffset? SettledAt,
    string? Stage, int? ReplyCode, string? EnhancedCode, string? Reply, string MessageId, string? Relay);

/// <summary>Looks up the queue of an issue, newest movement first.</summary>
public sealed class DeliverySearch(NpgsqlDataSource dataSource, IDbContextFactory<DigestDbContext> contexts, MessageIds messageIds)
{
    private const string Matching = """
        from digest.deliveries d
        join digest.subscribers s on s.id = d.subscriber_id
        where d.issue_id = @issue
            and (s.address ilike @pattern escape '\' or s.address_key ilike @pattern escape '\')
            and (@state is null or d.state = @state)
        """;

    private const string Page = $"""
        select d.subscriber_id, s.address, d.state, d.due_at, d.attempts, d.settled_at,
            d.stage, d.reply_code, d.enhanced_code, d.reply, d.relay
        {Matching}
        order by greatest(d.settled_at, d.begun_at, d.claimed_at) desc nulls last, d.subscriber_id
        limit @size offset @skip
        """;

    private const string Count = $"select count(*)::int {Matching}";

    /// <param name="issueId">The issue.</param>
    /// <param name="address">Part of an address, compared without case; empty is everybody.</param>
    /// <param name="state">Only this state, or any.</param>
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">1 to 500.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>The page and how many lines match in all.</returns>
    public async Task<(IReadOnlyList<DeliveryLine> Lines, int Total)> FindAsync(
        long issueId, string address, DeliveryState? state, int page, int pageSize, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, 500);
        var from = await FromAddressAsync(issueId, cancellationToken);

        await using var batch = dataSource.CreateBatch();
        AddCommand(batch, Count, issueId, address, state);
        var find = AddCommand(batch, Page, issueId, address, state);
        find.Parameters.AddWithValue("size", pageSize);
        find.Parameters.AddWithValue("skip", (page - 1L) * pageSize);

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var total = rows.GetInt32(0);
        await rows.NextResultAsync(cancellationToken);
        var lines = new List<DeliveryLine>();
        while (await rows.ReadAsync(cancellationToken))
        {
            lines.Add(ReadLine(rows, issueId, from));
        }

        return (lines, total);
    }

    /// <summary>The right side of the issue's Message-IDs comes from here.</summary>
    private async Task<string> FromAddressAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var sender = await database.Issues.AsNoTracking().Where(i => i.Id == issueId)
            .Join(database.Newsletters, issue => issue.NewsletterId, newsletter => newsletter.Id, (_, newsletter) => newsletter.Sender)
            .SingleOrDefaultAsync(cancellationToken);
        return sender?.IssueAddress ?? "";
    }

    private static NpgsqlBatchCommand AddCommand(NpgsqlBatch batch, string statement, long issueId, string address, DeliveryState? state)
    {
        var command = new NpgsqlBatchCommand(statement);
        command.Parameters.AddWithValue("issue", issueId);
        command.Parameters.AddWithValue("pattern", $"%{Literally(address)}%");
        command.Parameters.Add(new("state", NpgsqlTypes.NpgsqlDbType.Text)
        {
            Value = state is { } wanted ? SnakeCase.Of(wanted) : DBNull.Value,
        });
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>Takes its meaning from each character that LIKE would read as a wildcard.</summary>
    private static string Literally(string text) => text.Trim()
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);

    private DeliveryLine ReadLine(NpgsqlDataReader row, long issueId, string from) => new(
        row.GetInt64(0), row.GetString(1), SnakeCase.Parse<DeliveryState>(row.GetString(2)), row.GetFieldValue<DateTimeOffset>(3),
        row.GetInt32(4), row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5), Text(row, 6),
        row.IsDBNull(7) ? null : row.GetInt32(7), Text(row, 8), Text(row, 9),
        messageIds.Of(new LedgerKey(LedgerKind.Delivery, issueId, row.GetInt64(0)), from), Text(row, 10));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
