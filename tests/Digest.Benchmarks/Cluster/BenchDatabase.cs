using Npgsql;

namespace Digest.Benchmarks.Cluster;

/// <summary>One database of the cluster, with statements that may take as long as they take; dropped at the end.</summary>
internal sealed class BenchDatabase(string name, string connectionString, string administration) : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource =
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0, MaxPoolSize = 4 }.ConnectionString);

    /// <summary>As an installation has it: none of our own options.</summary>
    public string ConnectionString => connectionString;

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Every row, read by <paramref name="read"/>.</summary>
    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        var all = new List<T>();
        await using var command = Command(sql, values);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            all.Add(read(rows));
        }

        return all;
    }

    /// <summary>The server's own databases and the templates go with the server; a run's database goes at once, as it is large.</summary>
    public async ValueTask DisposeAsync()
    {
        await dataSource.DisposeAsync();
        if (name.StartsWith("bench_run_", StringComparison.Ordinal))
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(administration) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"drop database {name} with (force)", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
