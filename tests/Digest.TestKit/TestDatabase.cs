using Digest.Data;
using Npgsql;

namespace Digest.TestKit;

/// <summary>A database of its own for a test or a test class, cloned from a migrated template; dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <param name="withHangfire">Also installs Hangfire's schema, which is slow to clone and seldom needed.</param>
    public static Task<TestDatabase> CreateAsync(bool withHangfire = false) => throw new NotImplementedException($"{withHangfire}");

    /// <summary>A database nobody has migrated.</summary>
    public static Task<TestDatabase> CreateEmptyAsync() => throw new NotImplementedException();

    public string ConnectionString => throw new NotImplementedException();

    public NpgsqlDataSource DataSource => throw new NotImplementedException();

    public DigestDbContext NewContext() => throw new NotImplementedException();

    /// <summary>One value by SQL.</summary>
    public Task<T?> ScalarAsync<T>(string sql, params object[] values) => throw new NotImplementedException($"{sql}{values}");

    public Task ExecuteAsync(string sql, params object[] values) => throw new NotImplementedException($"{sql}{values}");

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
