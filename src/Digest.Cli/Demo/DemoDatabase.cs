using Digest.Data;
using Digest.Local.Postgres;
using Npgsql;

namespace Digest.Cli.Demo;

/// <summary>The demo's database: the one in <c>ConnectionStrings__Digest</c> when it is set, else a private cluster.</summary>
internal sealed class DemoDatabase : IAsyncDisposable
{
    private const string Mark = "digest demo";

    private readonly PrivateCluster? cluster;

    private DemoDatabase(string connectionString, PrivateCluster? cluster)
    {
        ConnectionString = connectionString;
        this.cluster = cluster;
    }

    public string ConnectionString { get; }

    public static async Task<DemoDatabase> OpenAsync(DemoHome home, bool fresh, DemoProgress progress, CancellationToken cancellationToken)
    {
        var given = Environment.GetEnvironmentVariable("ConnectionStrings__Digest");
        if (!string.IsNullOrWhiteSpace(given))
        {
            var database = new DemoDatabase(DataRoom.ReadConnectionString(given), cluster: null);
            if (await database.IsOursAsync(cancellationToken) && fresh)
            {
                progress.Say("deleting the demo's data");
                await database.ExecuteAsync("drop schema if exists digest cascade; drop schema if exists hangfire cascade", cancellationToken);
            }

            return database;
        }

        var programs = await PostgresPrograms.FindOrInstallAsync(progress.Say, cancellationToken);
        var options = new ClusterOptions(home.ClusterDirectory, programs, Durable: true);
        if (fresh)
        {
            progress.Say("deleting the demo's data");
            await PrivateCluster.DeleteAsync(options, cancellationToken);
        }

        progress.Say("starting PostgreSQL (a private cluster)");
        var cluster = await PrivateCluster.StartAsync(options, cancellationToken);
        try
        {
            await cluster.EnsureDatabaseAsync("digest", cancellationToken);
            return new DemoDatabase(cluster.ConnectionString("digest"), cluster);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Says in the database itself that a demo made it; see <see cref="IsOursAsync"/>.</summary>
    public Task MarkAsync(CancellationToken cancellationToken) =>
        ExecuteAsync($"comment on schema {DigestDbContext.Schema} is '{Mark}'", cancellationToken);

    /// <summary>
    /// Whether a demo made the data in this database. Anything else is refused: the demo imports readers and starts a
    /// worker, which would send real mail into its mailbox, and --fresh deletes.
    /// </summary>
    private async Task<bool> IsOursAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand($"""
            select to_regnamespace('{DigestDbContext.Schema}') is not null or to_regnamespace('hangfire') is not null,
                coalesce(obj_description(to_regnamespace('{DigestDbContext.Schema}'), 'pg_namespace'), '')
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var (isUsed, isMarked) = (row.GetBoolean(0), row.GetString(1) == Mark);
        return !isUsed || isMarked ? isMarked : throw new VerbException(
            "The database in ConnectionStrings__Digest holds data that no demo made; unset the variable to run the demo in a "
            + "private cluster, or name an empty database.");
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
