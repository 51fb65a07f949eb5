using Npgsql;

namespace Digest.Deliveries;

/// <summary>The workers' rows: while a heartbeat is fresh the worker's claims stand.</summary>
public sealed class WorkerRegister(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Beat = """
        insert into digest.sending_workers (id, host, started_at, heartbeat_at) values (@id, @host, @now, @now)
        on conflict (id) do update set heartbeat_at = excluded.heartbeat_at
        """;

    private const string Stop = "update digest.sending_workers set heartbeat_at = @now, stopped_at = @now where id = @id";

    /// <summary>The first registers the worker, each later one renews it.</summary>
    public Task BeatAsync(Guid worker, CancellationToken cancellationToken) => ExecuteAsync(Beat, worker, cancellationToken);

    /// <summary>The worker stopped in good order and holds no claim.</summary>
    public Task StopAsync(Guid worker, CancellationToken cancellationToken) => ExecuteAsync(Stop, worker, cancellationToken);

    private async Task ExecuteAsync(string statement, Guid worker, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(statement);
        command.Parameters.AddWithValue("id", worker);
        command.Parameters.AddWithValue("host", Environment.MachineName);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
