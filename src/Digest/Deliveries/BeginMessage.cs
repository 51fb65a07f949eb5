using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The second step of docs/decisions/0004: the committed mark before the first byte of a message. Refused when the claim
/// is no longer this worker's, the issue no longer goes out, or the reader may no longer have it; then nothing is sent.
/// </summary>
public sealed class BeginMessage(NpgsqlDataSource dataSource, SuppressionSql suppressions, TimeProvider time)
{
    /// <returns>The instant of the mark, by which late evidence finds its try; none when refused.</returns>
    public async Task<DateTimeOffset?> RunAsync(LedgerKey key, Guid worker, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = dataSource.CreateCommand(Statement(LedgerTable.Of(key.Kind)));
        command.Parameters.AddWithValue("id", key.Id);
        command.Parameters.AddWithValue("subscriber", key.SubscriberId);
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("now", now);
        suppressions.AddKeys(command.Parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1 ? now : null;
    }

    // A cancel or a recovery at the same instant locks the row too: whoever comes second finds it changed.
    private static string Statement(LedgerTable table) => $"""
        update {table.Name} d
        set begun_at = @now
        from digest.subscribers s
        where d.{table.Id} = @id and d.subscriber_id = @subscriber and s.id = d.subscriber_id
            and d.state = 'claimed' and d.claimed_by = @worker and d.begun_at is null and d.expires_at > @now
            and {table.Running} and {table.Wanted}
        """;
}
