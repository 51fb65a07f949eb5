using Digest.Data;
using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>What the ledger says of an issue now; counted when asked, and stored only when its rows are dropped.</summary>
public sealed record Progress(
    IReadOnlyDictionary<DeliveryState, int> ByState, IReadOnlyDictionary<ExclusionReason, int> Excluded)
{
    /// <summary>Rows of the ledger: what was queued, whatever became of it.</summary>
    public int Queued => ByState.Values.Sum();

    public int Candidates => Queued + Excluded.Values.Sum();

    public int Count(DeliveryState state) => ByState.GetValueOrDefault(state);

    /// <summary>Rows that will still move by themselves.</summary>
    public int Open => Count(DeliveryState.Queued) + Count(DeliveryState.Claimed) + Count(DeliveryState.Deferred);
}

/// <summary>Counts the ledger of an issue. States and reasons without a row are left out.</summary>
public sealed class IssueProgress(NpgsqlDataSource dataSource)
{
    // One statement, so that all counts are of the same instant. Of rows that were dropped the totals are kept.
    private const string Statement = """
        select true, state, count(*)::int from digest.deliveries where issue_id = $1 group by state
        union all
        select true, state, count from digest.ledger_totals where issue_id = $1
        union all
        select false, reason, count(*)::int from digest.exclusions where issue_id = $1 group by reason
        union all
        select false, reason, count from digest.exclusion_totals where issue_id = $1
        """;

    public async Task<Progress> ReadAsync(long issueId, CancellationToken cancellationToken)
    {
        var byState = new Dictionary<DeliveryState, int>();
        var excluded = new Dictionary<ExclusionReason, int>();
        await using var command = dataSource.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = issueId });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (rows.GetBoolean(0))
            {
                byState[SnakeCase.Parse<DeliveryState>(rows.GetString(1))] = rows.GetInt32(2);
            }
            else
            {
                excluded[SnakeCase.Parse<ExclusionReason>(rows.GetString(1))] = rows.GetInt32(2);
            }
        }

        return new Progress(byState, excluded);
    }
}
