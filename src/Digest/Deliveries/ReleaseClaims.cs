using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Gives back claims of this worker that were not begun: one whose begin was refused, those that no lane knows of, or all at a stop. They wait again,
/// or are suppressed when the reader may no longer have the mail.
/// </summary>
public sealed class ReleaseClaims(NpgsqlDataSource dataSource, SuppressionSql suppressions, TimeProvider time)
{
    private const string All = "true";
    private const string Claimed = "d.claimed_at = any(@claimed)";

    /// <summary>This claim and no later one of the same row: a release whose answer was lost may reach the database after it.</summary>
    /// <returns>Whether it was still the worker's.</returns>
    public async Task<bool> OneAsync(Claim claim, Guid worker, CancellationToken cancellationToken)
    {
        var table = LedgerTable.Of(claim.Key);
        var released = await ReleaseAsync(
            table, $"d.{table.Id} = @id and d.subscriber_id = @subscriber and {Claimed}", worker, claim.Key, [claim.ClaimedAt], cancellationToken);
        return released.Count > 0;
    }

    /// <summary>What was claimed at these instants.</summary>
    public Task OfAsync(IEnumerable<DateTimeOffset> claimed, Guid worker, CancellationToken cancellationToken) =>
        ReleaseAsync(Claimed, worker, [.. claimed], cancellationToken);

    /// <returns>The claims that were given back, each by its row and its instant.</returns>
    public Task<IReadOnlySet<(LedgerKey Key, DateTimeOffset ClaimedAt)>> AllAsync(Guid worker, CancellationToken cancellationToken) =>
        ReleaseAsync(All, worker, [], cancellationToken);

    private async Task<IReadOnlySet<(LedgerKey Key, DateTimeOffset ClaimedAt)>> ReleaseAsync(
        string which, Guid worker, DateTimeOffset[] claimed, CancellationToken cancellationToken)
    {
        var released = new HashSet<(LedgerKey, DateTimeOffset)>();
        foreach (var table in LedgerTable.All)
        {
            released.UnionWith(await ReleaseAsync(table, which, worker, default, claimed, cancellationToken));
        }

        return released;
    }

    private async Task<List<(LedgerKey Key, DateTimeOffset ClaimedAt)>> ReleaseAsync(
        LedgerTable table, string which, Guid worker, LedgerKey key, DateTimeOffset[] claimed, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Statement(table, which));
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        command.Parameters.AddWithValue("id", key.Id);
        command.Parameters.AddWithValue("subscriber", key.SubscriberId);
        command.Parameters.AddWithValue("claimed", claimed);
        suppressions.AddKeys(command.Parameters);
        var released = new List<(LedgerKey, DateTimeOffset)>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            released.Add((new LedgerKey(table.Kind, rows.GetInt64(0), rows.GetInt64(1)), rows.GetFieldValue<DateTimeOffset>(2)));
        }

        return released;
    }

    private static string Statement(LedgerTable table, string which) => $"""
        update {table.Name} d
        set state = case when not wanted then {LedgerTable.NotSent} when d.attempts > 0 then 'deferred' else 'queued' end,
            settled_at = case when wanted then d.settled_at else @now end,
            claimed_by = null,
            claimed_at = null
        from (
            select d.{table.Id} as id, d.subscriber_id, d.claimed_at, {table.Wanted} as wanted
            from {table.Name} d left join digest.subscribers s on s.id = d.subscriber_id
            where d.state = 'claimed' and d.claimed_by = @worker and d.begun_at is null
                and {which}
            for update of d
        ) held
        where d.{table.Id} = held.id and d.subscriber_id = held.subscriber_id
        returning held.id, held.subscriber_id, held.claimed_at
        """;
}
