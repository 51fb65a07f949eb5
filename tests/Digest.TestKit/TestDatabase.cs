using Digest.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Digest.TestKit;

/// <summary>A database of its own for a test or a test class, cloned from a migrated template; dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<Task> drop;
    private readonly DbContextOptions<DigestDbContext> options;

    private TestDatabase(string connectionString, Func<Task> drop)
    {
        this.drop = drop;
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(connectionString);
        var builder = new DbContextOptionsBuilder<DigestDbContext>();
        DataRoom.Configure(builder, DataSource);
        options = builder.Options;
    }

    /// <param name="withHangfire">Also installs Hangfire's schema, which is slow to clone and seldom needed.</param>
    public static async Task<TestDatabase> CreateAsync(bool withHangfire = false)
    {
        var name = NewName();
        await (withHangfire ? DatabaseTemplate.WithHangfire : DatabaseTemplate.Migrated).CloneAsync(name);
        return await OnTestClusterAsync(name);
    }

    /// <summary>A migrated database on a server that the caller has to itself, and that is deleted with all it holds.</summary>
    /// <param name="connectionString">Of a database that is there and empty.</param>
    public static async Task<TestDatabase> OnOwnServerAsync(string connectionString)
    {
        await DatabaseTemplate.MigrateAsync(connectionString, withHangfire: false);
        return new TestDatabase(connectionString, drop: () => Task.CompletedTask);
    }

    /// <summary>A database nobody has migrated.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync()
    {
        var name = NewName();
        await TestCluster.ExecuteAsync($"create database {name}");
        return await OnTestClusterAsync(name);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    public DigestDbContext NewContext() => new(options);

    /// <summary>One value by SQL, with <paramref name="values"/> as $1, $2 and so on; none where there is no row or a null.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() && !await reader.IsDBNullAsync(0) ? await reader.GetFieldValueAsync<T>(0) : default;
    }

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Room in the ledger for rows that a test writes itself; queueing makes its own.</summary>
    public Task LedgerAsync(long issueId) =>
        ExecuteAsync($"create table digest.deliveries_{issueId} partition of digest.deliveries for values in ({issueId})");

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await drop();
    }

    /// <summary>Its drop is forced: what a test built on it may still hold pooled connections.</summary>
    private static async Task<TestDatabase> OnTestClusterAsync(string name) => new(
        await TestCluster.ConnectionStringAsync(name), () => TestCluster.ExecuteAsync($"drop database {name} with (force)"));

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = DataSource.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static string NewName() => $"digest_test_{Guid.NewGuid():N}";
}
