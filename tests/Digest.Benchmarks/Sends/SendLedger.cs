using Digest.Benchmarks.Cluster;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Sends;

/// <summary>What the ledger says of a send.</summary>
internal static class SendLedger
{
    private const string States = "select state, count(*) from digest.deliveries where issue_id = $1 group by state order by state";

    private const string Slices = """
        with settled as (
            select settled_at, ntile(100) over (order by settled_at) as slice, min(settled_at) over () as first
            from digest.deliveries where issue_id = $1 and state = 'accepted'
        )
        select count(*), extract(epoch from max(settled_at) - min(first))::float8
        from settled group by slice order by slice
        """;

    public static Task<string> IssueStateAsync(BenchDatabase database, long issueId, CancellationToken cancellationToken) =>
        database.ScalarAsync<string>("select state from digest.issues where id = $1", cancellationToken, issueId);

    /// <exception cref="BenchException">Not every delivery was accepted, or the sink counted other messages.</exception>
    public static async Task RequireAllAcceptedAsync(
        BenchDatabase database, long issueId, int readers, long messages, ISink sink, CancellationToken cancellationToken)
    {
        var states = await database.RowsAsync(
            States, row => (State: row.GetString(0), Count: row.GetInt64(1)), cancellationToken, issueId);
        if (states is not [("accepted", var accepted)] || accepted != readers || messages != readers || sink.Doubled > 0)
        {
            var ledger = string.Join(", ", states.Select(state => $"{state.Count} {state.State}"));
            throw new BenchException($"Of {readers} deliveries the ledger says: {ledger}; "
                + $"the sink took {messages} messages, {sink.Doubled} of them to somebody who had one.");
        }
    }

    public static Task<List<Slice>> SlicesAsync(BenchDatabase database, long issueId, CancellationToken cancellationToken) =>
        database.RowsAsync(Slices, row => new Slice(row.GetInt64(0), row.GetDouble(1)), cancellationToken, issueId);
}
