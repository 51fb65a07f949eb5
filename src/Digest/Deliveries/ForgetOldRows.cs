using Digest.Subscribers;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>Forgets what no issue's ledger holds and nobody asks for any more: notices that are settled, workers that are gone.</summary>
public sealed class ForgetOldRows(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Notices = """
        delete from digest.notices where state not in ('queued', 'claimed', 'deferred') and settled_at < @before
        """;

    // One that is silent for so long is taken for dead by all, and what it held is taken over whether or not its row is there.
    private const string Workers = "delete from digest.sending_workers where heartbeat_at < @before";

    /// <param name="before">What was settled, and who was heard of, before this goes.</param>
    /// <param name="cancellationToken">Stops before a commit; the next run does the rest.</param>
    public async Task RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        // A sign-up asks when its address was last sent a confirmation.
        var asked = time.GetUtcNow().AddMinutes(-SignUpSettings.LongestInterval);
        await ExecuteAsync(Notices, asked < before ? asked : before, cancellationToken);
        await ExecuteAsync(Workers, before, cancellationToken);
    }

    private async Task ExecuteAsync(string statement, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(statement);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("before", before);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
