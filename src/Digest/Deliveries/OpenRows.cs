using Npgsql;

namespace Digest.Deliveries;

/// <param name="Waiting">Not begun, and not expired.</param>
/// <param name="Due">Of these, what may be begun now.</param>
/// <param name="Begun">Messages that wait for their reply.</param>
/// <param name="Expired">Not begun, and too late.</param>
public sealed record OpenCount(int Waiting, int Due, int Begun, int Expired);

/// <summary>Counts what of an issue is not settled yet.</summary>
public sealed class OpenRows(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Statement = """
        select count(*) filter (where not begun and not expired), count(*) filter (where not begun and not expired and due_at <= @now),
            count(*) filter (where begun), count(*) filter (where not begun and expired)
        from (
            select d.due_at, d.state = 'claimed' and d.begun_at is not null as begun, d.expires_at <= @now as expired
            from digest.deliveries d where d.issue_id = @issue and d.state in ('queued', 'claimed', 'deferred')
        ) open
        """;

    public async Task<OpenCount> CountAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Statement);
        command.Parameters.AddWithValue("issue", issueId);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new OpenCount((int)row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(3));
    }
}
