using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Digest.Local.Postgres;

/// <param name="Directory">Data directory, made when missing, kept when it is a cluster already.</param>
/// <param name="ProgramDirectory">See <see cref="PostgresPrograms"/>.</param>
/// <param name="Durable">False turns fsync and full-page writes off and stops without a checkpoint: for tests only.</param>
public sealed record ClusterOptions(string Directory, string ProgramDirectory, bool Durable);

/// <summary>
/// A PostgreSQL server of our own on a free loopback port, stopped with its owner. Never runs as root: root drops to the
/// postgres user, else to nobody.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private const string Superuser = "digest";

    private readonly ClusterOptions options;
    private readonly ServerUser user;
    private readonly DataDirectory data;
    private int port;

    private PrivateCluster(ClusterOptions options, ServerUser user, DataDirectory data)
    {
        this.options = options;
        this.user = user;
        this.data = data;
    }

    /// <exception cref="LocalException">The server does not start; quotes its log's last line.</exception>
    public static async Task<PrivateCluster> StartAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        var cluster = await TakeAsync(options, cancellationToken);
        try
        {
            await cluster.StopLeftoverAsync(cancellationToken);
            if (cluster.data.IsAbandoned)
            {
                // The checkout was deleted and made again; its demo starts over with it.
                cluster.data.Delete();
            }

            await cluster.MakeAsync(cancellationToken);
            await cluster.StartServerAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            cluster.data.Dispose();
            throw;
        }
    }

    /// <summary>Deletes a cluster's data wherever it lies, and stops a server that a killed owner left running on it.</summary>
    /// <exception cref="LocalException">Another process uses it.</exception>
    public static async Task DeleteAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        var cluster = await TakeAsync(options, cancellationToken);
        using var data = cluster.data;
        await cluster.StopLeftoverAsync(cancellationToken);
        data.Delete();
    }

    /// <summary>Where the data lies: the directory of the options, or one under /var/lib/digest when the server's user cannot enter that.</summary>
    public string DataPath => data.Path;

    /// <summary>Connection string of a database of this cluster.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = port,
        Username = Superuser,
        Password = File.ReadAllText(data.PasswordFile),
        Database = database,
    }.ConnectionString;

    /// <summary>Creates the database when it is missing.</summary>
    public async Task EnsureDatabaseAsync(string database, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var known = source.CreateCommand("select 1 from pg_database where datname = $1");
        known.Parameters.Add(new NpgsqlParameter { Value = database });
        if (await known.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = source.CreateCommand($"create database \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Stops the server (fast shutdown; immediate when not durable) and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopServerAsync(CancellationToken.None);
        data.Dispose();
    }

    private static async Task<PrivateCluster> TakeAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        var user = ServerUser.Choose();
        return new PrivateCluster(options, user, await DataDirectory.TakeAsync(options.Directory, user, cancellationToken));
    }

    /// <summary>We hold the directory, so a server on it has lost its owner; and a pid file without a server is a power cut's.</summary>
    private async Task StopLeftoverAsync(CancellationToken cancellationToken)
    {
        if (data.HasServer())
        {
            await StopServerAsync(cancellationToken);
        }
        else
        {
            data.DeletePidFile();
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (data.Exists)
        {
            RefuseOtherVersion();
        }
        else
        {
            await new NewCluster(options, user, data).MakeAsync(Superuser, cancellationToken);
        }
    }

    private void RefuseOtherVersion()
    {
        var program = PostgresPrograms.VersionIn(options.ProgramDirectory);
        if (data.Version != program)
        {
            throw new LocalException($"The database in {data.Path} was made by PostgreSQL {data.Version} and the programs in "
                + $"{options.ProgramDirectory} are PostgreSQL {program}; install version {data.Version}, or start over without that folder.");
        }

        if (!File.Exists(data.PasswordFile))
        {
            throw new LocalException($"The database in {data.Path} has lost its password file {data.PasswordFile}; start over without both.");
        }
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        const int Tries = 5;
        for (var attempt = 1; ; attempt++)
        {
            port = FreePort();
            File.Delete(data.LogFile);
            var run = await ProgramRun.RunAsync(
                user.Start(Program("pg_ctl"), "start", "--wait", "--timeout", "120", "--pgdata", data.Path, "--log", data.LogFile, "--options", ServerOptions()),
                cancellationToken);
            if (run.Succeeded)
            {
                return;
            }

            var log = File.Exists(data.LogFile) ? await File.ReadAllTextAsync(data.LogFile, cancellationToken) : run.Output;
            // Between our look and the server's bind somebody else may have taken the port.
            if (attempt == Tries || !log.Contains("could not bind", StringComparison.Ordinal))
            {
                throw new LocalException($"PostgreSQL does not start on {data.Path}: {new ProgramRun(1, log).LastLine}");
            }
        }
    }

    /// <summary>Loopback only and no socket file: the usual folder of those belongs to the distribution's server.</summary>
    private string ServerOptions()
    {
        var common = string.Create(CultureInfo.InvariantCulture,
            $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c log_timezone=UTC");
        return options.Durable ? common : common + " -c fsync=off -c synchronous_commit=off -c full_page_writes=off";
    }

    private async Task StopServerAsync(CancellationToken cancellationToken) => await ProgramRun.RunAsync(
        user.Start(Program("pg_ctl"), "stop", "--wait", "--mode", options.Durable ? "fast" : "immediate", "--pgdata", data.Path), cancellationToken);

    private string Program(string name) => Path.Combine(options.ProgramDirectory, name);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
