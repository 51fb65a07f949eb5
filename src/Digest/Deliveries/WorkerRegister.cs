using Npgsql;

namespace Digest.Deliveries;

/// <summary>The workers' rows: while a heartbeat is fresh the worker's claims stand.</summary>
public sealed class WorkerRegister(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Beat = """
        insert into digest.sending_workers (id, host, started_at, heartbeat_at, lanes, per_minute)
        values (@id, @host, @now, @now, @lanes, @per_minute)
        on conflict (id) do update
        set heartbeat_at = excluded.heartbeat_at, lanes = excluded.lanes, per_minute = excluded.per_minute
        """;

    private const string Stop = "update digest.sending_workers set heartbeat_at = @now, stopped_at = @now, lanes = @lanes, per_minute = @per_minute where id = @id";

    /// <summary>The first registers the worker, each later one renews it.</summary>
    /// <param name="worker">Its id.</param>
    /// <param name="lanes">Connections that it may hold now.</param>
    /// <param name="perMinute">Readers that it tried for the first time in the last minute.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    public Task BeatAsync(Guid worker, int lanes, int perMinute, CancellationToken cancellationToken) =>
        ExecuteAsync(Beat, worker, lanes, perMinute, cancellationToken);

    /// <summary>The worker stopped in good order and holds no claim.</summary>
    public Task StopAsync(Guid worker, CancellationToken cancellationToken) =>
        ExecuteAsync(Stop, worker, lanes: 0, perMinute: 0, cancellationToken);

    private async Task ExecuteAsync(string statement, Guid worker, int lanes, int perMinute, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(statement);
        command.Parameters.AddWithValue("id", worker);
        command.Parameters.AddWithValue("host", Environment.MachineName);
        command.Parameters.AddWithValue("lanes", lanes);
        command.Parameters.AddWithValue("per_minute", perMinute);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
