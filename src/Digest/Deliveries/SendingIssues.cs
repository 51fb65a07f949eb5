using Npgsql;

namespace Digest.Deliveries;

/// <summary>An issue on its way.</summary>
/// <param name="Id">The issue.</param>
/// <param name="ClaimBefore">Only rows due before this instant may be claimed: while the canary's verdict is awaited, the canary.</param>
/// <param name="PerMinute">The operator's own limit over all workers, or none.</param>
public sealed record SendingIssue(long Id, DateTimeOffset? ClaimBefore, int? PerMinute = null);

/// <summary>The issues that rows may be claimed of, the longest queued first.</summary>
public sealed class SendingIssues(NpgsqlDataSource dataSource)
{
    private const string Statement = """
        select id, case when canary_released_at is null then canary_until end, per_minute
        from digest.issues where state = 'sending' order by queued_at
        """;

    public async Task<IReadOnlyList<SendingIssue>> ReadAsync(CancellationToken cancellationToken)
    {
        var issues = new List<SendingIssue>();
        await using var command = dataSource.CreateCommand(Statement);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            issues.Add(new SendingIssue(
                rows.GetInt64(0),
                rows.IsDBNull(1) ? null : rows.GetFieldValue<DateTimeOffset>(1),
                rows.IsDBNull(2) ? null : rows.GetInt32(2)));
        }

        return issues;
    }
}
