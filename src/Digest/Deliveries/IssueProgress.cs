using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>What the ledger says of an issue now; counted when asked, never stored.</summary>
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

public sealed class IssueProgress(NpgsqlDataSource dataSource)
{
    public Task<Progress> ReadAsync(long issueId, CancellationToken cancellationToken) => throw new NotImplementedException($"{dataSource}");
}
