using Npgsql;

namespace Digest.Deliveries;

/// <summary>An issue on its way.</summary>
/// <param name="Id">The issue.</param>
/// <param name="CanaryOnly">The canary's verdict is awaited: until then nothing else may be claimed.</param>
/// <param name="PerMinute">The operator's own limit over all workers, or none.</param>
public sealed record SendingIssue(long Id, bool CanaryOnly, int? PerMinute = null);

/// <summary>The issues that rows may be claimed of, the longest queued first.</summary>
public sealed class SendingIssues(NpgsqlDataSource dataSource)
{
    private const string Statement = """
        select id, canary_until is not null and canary_released_at is null, per_minute
        from digest.issues where state = 'sending' order by queued_at
        """;

    public async Task<IReadOnlyList<SendingIssue>> ReadAsync(CancellationToken cancellationToken)
    {
        var issues = new List<SendingIssue>();
        await using var command = dataSource.CreateCommand(Statement);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            issues.Add(new SendingIssue(rows.GetInt64(0), rows.GetBoolean(1), rows.IsDBNull(2) ? null : rows.GetInt32(2)));
        }

        return issues;
    }
}
