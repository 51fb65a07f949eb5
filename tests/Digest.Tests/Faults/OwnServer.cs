using System.Globalization;
using Digest.Local.Postgres;
using Digest.TestKit;
using Npgsql;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>
/// A PostgreSQL server that a test may stop and start: durable, as an installation's is. The one that all tests share is
/// neither theirs to stop nor durable.
/// </summary>
public sealed class OwnServer : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("digest-faults-");
    private ClusterOptions options = null!;
    private PrivateCluster cluster = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.OtherExecute;
        }

        var programs = await PostgresPrograms.FindOrInstallAsync(Console.Error.WriteLine, Cancelled);
        options = new ClusterOptions(Path.Combine(folder.FullName, "data"), programs, Durable: true);
        cluster = await PrivateCluster.StartAsync(options, Cancelled);
    }

    public async Task<TestDatabase> NewDatabaseAsync(string name)
    {
        await cluster.EnsureDatabaseAsync(name, Cancelled);
        return await TestDatabase.OnOwnServerAsync(cluster.ConnectionString(name));
    }

    /// <param name="mode">As pg_ctl calls it: "fast" ends every session in order, "immediate" is a crash.</param>
    public Task StopAsync(string mode) => ControlAsync("stop", "--mode", mode);

    /// <summary>On the same port, as every connection string says it.</summary>
    public Task StartAsync() => ControlAsync(
        "start", "--log", Path.Combine(cluster.DataPath, "restarted.log"), "--options",
        string.Create(CultureInfo.InvariantCulture, $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="));

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        await PrivateCluster.DeleteAsync(options, CancellationToken.None);
        folder.Delete(recursive: true);
    }

    private int Port => new NpgsqlConnectionStringBuilder(cluster.ConnectionString("postgres")).Port;

    private async Task ControlAsync(string command, params string[] arguments)
    {
        var run = await ProgramRun.RunAsync(
            ServerUser.Choose().Start(
                Path.Combine(options.ProgramDirectory, "pg_ctl"), [command, "--wait", "--pgdata", cluster.DataPath, .. arguments]),
            Cancelled);
        if (!run.Succeeded)
        {
            throw new InvalidOperationException($"pg_ctl {command} failed: {run.Output}");
        }
    }
}
