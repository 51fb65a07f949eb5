using System.Security.Cryptography;
using Digest.Cli.Demo;
using Digest.Data;
using Digest.Local.Postgres;
using Npgsql;

namespace Digest.Cli.Drill;

/// <summary>
/// A scratch database beside the installation's own, on the same server and with the same rights; in a private cluster where
/// no server is named. Dropped at the end.
/// </summary>
internal sealed class DrillDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name = $"digest_drill_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly PrivateCluster? cluster;

    private DrillDatabase(string server, PrivateCluster? cluster)
    {
        this.server = server;
        this.cluster = cluster;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <param name="given">Connection string of a database on the server to use; a private cluster when there is none.</param>
    /// <param name="progress">Told what takes a while.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="VerbException">The user of the connection string may not create databases.</exception>
    public static async Task<DrillDatabase> CreateAsync(string? given, DemoProgress progress, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(given))
        {
            return await MadeAsync(new DrillDatabase(DataRoom.ReadConnectionString(given), cluster: null), cancellationToken);
        }

        var programs = await PostgresPrograms.FindOrInstallAsync(progress.Say, cancellationToken);
        progress.Say("starting PostgreSQL (a private cluster)");
        var options = new ClusterOptions(Path.Combine(DemoHome.Root, "drill", "postgres"), programs, Durable: true);
        var cluster = await PrivateCluster.StartAsync(options, cancellationToken);
        try
        {
            return await MadeAsync(new DrillDatabase(cluster.ConnectionString("postgres"), cluster), cancellationToken);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Forced: the sessions of workers that were killed a moment ago.
        await ExecuteAsync($"drop database if exists {name} with (force)", CancellationToken.None);
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    private static async Task<DrillDatabase> MadeAsync(DrillDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await database.ExecuteAsync($"create database {database.name}", cancellationToken);
            return database;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var user = new NpgsqlConnectionStringBuilder(database.server).Username;
            throw new VerbException(
                $"The drill needs a database of its own beside yours, and the user {user} of ConnectionStrings:Digest may not create one; "
                + $"let a superuser run `alter role {user} createdb`, or unset the setting to drill in a private cluster.");
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
