using Digest.Local.Postgres;
using Npgsql;

namespace Digest.TestKit;

/// <summary>
/// The PostgreSQL server of this test process: the one that <c>DIGEST_TEST_PG</c> names, else a private cluster without
/// durability in the temporary folder, gone when the process ends.
/// </summary>
internal static class TestCluster
{
    private const string FolderPrefix = "digest-tests-";

    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    private static Func<Task>? stop;

    /// <summary>Connection string of one of the server's databases.</summary>
    public static async Task<string> ConnectionStringAsync(string database) => new NpgsqlConnectionStringBuilder(await Server.Value)
    {
        Database = database,
        IncludeErrorDetail = true,
        MaxPoolSize = 30,
    }.ConnectionString;

    /// <summary>Runs statements that name databases, outside any transaction and any pool.</summary>
    public static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(await ConnectionStringAsync("postgres")) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops the private cluster and deletes it, if there is one.</summary>
    public static Task StopAsync() => Interlocked.Exchange(ref stop, null)?.Invoke() ?? Task.CompletedTask;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("DIGEST_TEST_PG") is { Length: > 0 } named)
        {
            return named;
        }

        var programs = await PostgresPrograms.FindOrInstallAsync(Console.Error.WriteLine, CancellationToken.None);
        await DeleteLeftoversAsync(programs);
        var folder = Directory.CreateTempSubdirectory(FolderPrefix);
        Open(folder);
        var options = Options(folder.FullName, programs);
        var cluster = await PrivateCluster.StartAsync(options, CancellationToken.None);
        stop = async () =>
        {
            await cluster.DisposeAsync();
            await PrivateCluster.DeleteAsync(options, CancellationToken.None);
            folder.Delete(recursive: true);
        };
        // A run that is aborted gets here without TestServer; a killed one is cleaned up after by the next.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.Run(StopAsync).GetAwaiter().GetResult();
        return cluster.ConnectionString("postgres");
    }

    /// <summary>A killed test process leaves its server running. Its lock tells it from one whose process lives.</summary>
    private static async Task DeleteLeftoversAsync(string programs)
    {
        // A folder this young may not be locked yet.
        var young = DateTime.UtcNow.AddMinutes(-1);
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).GetDirectories(FolderPrefix + "*").Where(f => f.CreationTimeUtc < young))
        {
            try
            {
                await PrivateCluster.DeleteAsync(Options(folder.FullName, programs), CancellationToken.None);
                folder.Delete(recursive: true);
            }
            catch (Exception error) when (error is Local.LocalException or IOException or UnauthorizedAccessException)
            {
                // In use by a living process, or somebody else's: theirs to clean up.
            }
        }
    }

    private static ClusterOptions Options(string folder, string programs) => new(Path.Combine(folder, "data"), programs, Durable: false);

    /// <summary>The temporary folder is made for its owner alone, and the server may run as another user.</summary>
    private static void Open(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        }
    }
}
