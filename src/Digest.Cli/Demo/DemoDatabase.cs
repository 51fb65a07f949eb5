using Digest.Data;
using Digest.Local.Postgres;
using Npgsql;

namespace Digest.Cli.Demo;

/// <summary>The demo's database: the one in <c>ConnectionStrings__Digest</c> when it is set, else a private cluster.</summary>
internal sealed class DemoDatabase : IAsyncDisposable
{
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
            var database = new DemoDatabase(given, cluster: null);
            await database.RefuseForeignDataAsync(cancellationToken);
            if (fresh)
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

    /// <summary>The demo starts a worker: in a database of real newsletters it would send their mail into its mailbox.</summary>
    private async Task RefuseForeignDataAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var exists = source.CreateCommand($"select to_regclass('{DigestDbContext.Schema}.newsletters') is not null");
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return;
        }

        await using var others = source.CreateCommand("select slug from digest.newsletters where slug <> $1 limit 1");
        others.Parameters.Add(new() { Value = DemoContent.Slug });
        if (await others.ExecuteScalarAsync(cancellationToken) is string slug)
        {
            throw new VerbException($"ConnectionStrings__Digest holds the newsletter '{slug}', which is not the demo's; "
                + "unset it to run the demo in a private cluster, or name an empty database.");
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
