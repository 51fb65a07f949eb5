using System.Net;
using System.Net.Sockets;
using Digest.Local;
using Digest.Local.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>A cluster that outlives careless owners. Each test makes one, which costs two seconds.</summary>
[Trait("Category", "Slow")]
public sealed class PrivateClusterTests : IDisposable
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("digest-cluster-");

    public PrivateClusterTests()
    {
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.OtherExecute;
        }
    }

    private ClusterOptions Options => new(Path.Combine(folder.FullName, "data"), PostgresPrograms.Find()!, Durable: false);

    [Fact]
    public async Task Data_is_kept_between_starts_and_gone_when_deleted()
    {
        var durable = Options with { Durable = true };
        await using (var cluster = await PrivateCluster.StartAsync(durable, Cancelled))
        {
            await cluster.EnsureDatabaseAsync("digest", Cancelled);
            await cluster.EnsureDatabaseAsync("digest", Cancelled);
            await RunAsync(cluster, "create table kept as select 42 as answer");
            NpgsqlConnection.ClearAllPools();
        }

        await using (var cluster = await PrivateCluster.StartAsync(durable, Cancelled))
        {
            (await RunAsync(cluster, "select answer from kept")).ShouldBe(42);
        }

        await PrivateCluster.DeleteAsync(durable, Cancelled);
        Directory.Exists(Options.Directory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_lost_password_is_an_error_beside_its_data_and_a_new_start_for_data_that_lay_elsewhere()
    {
        // Of root's closed folder the data lies elsewhere, and a checkout made anew must not trip over it.
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        string path;
        await using (var cluster = await PrivateCluster.StartAsync(Options, Cancelled))
        {
            path = cluster.DataPath;
        }

        File.Delete(Options.Directory + ".password");

        if (path == Options.Directory)
        {
            (await Should.ThrowAsync<LocalException>(() => PrivateCluster.StartAsync(Options, Cancelled))).Message.ShouldContain("lost its password");
        }
        else
        {
            await using var cluster = await PrivateCluster.StartAsync(Options, Cancelled);
            await cluster.EnsureDatabaseAsync("digest", Cancelled);
            (await RunAsync(cluster, "select 1")).ShouldBe(1);
        }

        await PrivateCluster.DeleteAsync(Options, Cancelled);
    }

    [Fact]
    public async Task A_second_owner_is_turned_away()
    {
        await using var cluster = await PrivateCluster.StartAsync(Options, Cancelled);

        var error = await Should.ThrowAsync<LocalException>(() => PrivateCluster.StartAsync(Options, Cancelled));

        error.Message.ShouldContain("in use by another digest");
    }

    [Fact]
    public async Task A_server_whose_owner_was_killed_is_stopped_and_its_data_taken_over()
    {
        await (await PrivateCluster.StartAsync(Options, Cancelled)).DisposeAsync();
        var orphan = await ProgramRun.RunAsync(
            ServerUser.Choose().Start(
                Path.Combine(Options.ProgramDirectory, "pg_ctl"), "start", "--wait", "--pgdata", Options.Directory,
                "--log", Path.Combine(Options.Directory, "orphan.log"),
                "--options", $"-p {FreePort()} -c listen_addresses=127.0.0.1 -c unix_socket_directories="),
            Cancelled);
        orphan.Succeeded.ShouldBeTrue(orphan.Output);

        await using var cluster = await PrivateCluster.StartAsync(Options, Cancelled);
        await cluster.EnsureDatabaseAsync("digest", Cancelled);

        (await RunAsync(cluster, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_pid_file_left_by_a_power_cut_does_not_stop_the_start()
    {
        await (await PrivateCluster.StartAsync(Options, Cancelled)).DisposeAsync();
        // The number has meanwhile been given to a living process that is no server.
        await File.WriteAllTextAsync(
            Path.Combine(Options.Directory, "postmaster.pid"), $"{Environment.ProcessId}\n{Options.Directory}\n0\n5432\n\n127.0.0.1\n", Cancelled);

        await using var cluster = await PrivateCluster.StartAsync(Options, Cancelled);
        await cluster.EnsureDatabaseAsync("digest", Cancelled);

        (await RunAsync(cluster, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Data_of_another_version_is_one_clear_error()
    {
        await (await PrivateCluster.StartAsync(Options, Cancelled)).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Options.Directory, "PG_VERSION"), "9\n", Cancelled);

        var error = await Should.ThrowAsync<LocalException>(() => PrivateCluster.StartAsync(Options, Cancelled));

        error.Message.ShouldContain("made by PostgreSQL 9");
    }

    [Fact]
    public async Task What_an_interrupted_start_left_is_made_anew()
    {
        Directory.CreateDirectory(Options.Directory);
        Directory.CreateDirectory(Path.Combine(Options.Directory + ".new", "base"));

        await using var cluster = await PrivateCluster.StartAsync(Options, Cancelled);

        File.Exists(Path.Combine(Options.Directory, "PG_VERSION")).ShouldBeTrue();
        Directory.Exists(Options.Directory + ".new").ShouldBeFalse();
    }

    [Fact]
    public async Task Files_that_are_no_cluster_are_left_alone()
    {
        Directory.CreateDirectory(Options.Directory);
        await File.WriteAllTextAsync(Path.Combine(Options.Directory, "thesis.txt"), "mine", Cancelled);

        var error = await Should.ThrowAsync<LocalException>(() => PrivateCluster.StartAsync(Options, Cancelled));

        error.Message.ShouldContain("holds files that are no PostgreSQL cluster");
        File.Exists(Path.Combine(Options.Directory, "thesis.txt")).ShouldBeTrue();
    }

    /// <summary>A checkout in root's home: the server runs as somebody else, so its data lies where that user can go.</summary>
    [Fact]
    public async Task A_folder_closed_to_the_servers_user_is_no_obstacle()
    {
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        string first;
        await using (var cluster = await PrivateCluster.StartAsync(Options, Cancelled))
        {
            first = cluster.DataPath;
        }

        await using (var cluster = await PrivateCluster.StartAsync(Options, Cancelled))
        {
            cluster.DataPath.ShouldBe(first);
        }

        await PrivateCluster.DeleteAsync(Options, Cancelled);
        Directory.Exists(first).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stranger_without_the_password_is_refused()
    {
        await using var cluster = await PrivateCluster.StartAsync(Options, Cancelled);
        await using var stranger = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(cluster.ConnectionString("postgres")) { Password = "guess", Pooling = false }.ConnectionString);

        (await Should.ThrowAsync<PostgresException>(() => stranger.OpenAsync(Cancelled))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task<object?> RunAsync(PrivateCluster cluster, string sql)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString("digest"));
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
