using Digest.Local;
using Digest.Local.Postgres;
using Npgsql;

namespace Digest.Benchmarks.Cluster;

/// <summary>
/// A PostgreSQL server of our own, with the settings it is delivered with: fsync and synchronous commit on, 128 MB of
/// shared buffers. Its databases are cloned from one template for each number of readers, so that no run finds the
/// traces of another. Gone at the end; what a killed run left is deleted by the next.
/// </summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private const string FolderPrefix = "digest-bench-";
    private const string Base = "bench_base";

    private readonly DirectoryInfo folder;
    private readonly ClusterOptions options;
    private readonly PrivateCluster server;
    private readonly HashSet<string> templates = [];
    private int databases;

    private BenchCluster(DirectoryInfo folder, ClusterOptions options, PrivateCluster server)
    {
        this.folder = folder;
        this.options = options;
        this.server = server;
    }

    /// <summary>For logs of the programs that a run starts; deleted with the cluster.</summary>
    public string Folder => folder.FullName;

    /// <summary>The process that all of the server's processes descend from.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(server.DataPath, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    public BenchDatabase Administration { get; private set; } = null!;

    /// <exception cref="LocalException">There is no PostgreSQL on this machine, or it does not start.</exception>
    public static async Task<BenchCluster> StartAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var programs = await PostgresPrograms.FindOrInstallAsync(progress, cancellationToken);
        await DeleteLeftoversAsync(programs, cancellationToken);
        var folder = Directory.CreateTempSubdirectory(FolderPrefix);
        // Made for its owner alone, and server and sink may run as other users.
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var options = Options(folder, programs);
        var cluster = new BenchCluster(folder, options, await PrivateCluster.StartAsync(options, cancellationToken));
        cluster.Administration = cluster.Open("postgres");
        return cluster;
    }

    /// <summary>A database with an approved issue's content and so many confirmed readers.</summary>
    public async Task<BenchDatabase> CloneAsync(int readers, CancellationToken cancellationToken)
    {
        if (templates.Add(Base))
        {
            await Administration.ExecuteAsync($"create database {Base}", cancellationToken);
            await SampleIssue.PrepareAsync(server.ConnectionString(Base), cancellationToken);
            NpgsqlConnection.ClearAllPools();
        }

        var template = $"bench_{readers}";
        if (templates.Add(template))
        {
            await CopyAsync(Base, template, cancellationToken);
            await using var seeded = Open(template);
            await Readers.AddAsync(seeded, readers, cancellationToken);
        }

        var name = $"bench_run_{++databases}";
        await CopyAsync(template, name, cancellationToken);
        return Open(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Administration.DisposeAsync();
        await server.DisposeAsync();
        await PrivateCluster.DeleteAsync(options, CancellationToken.None);
        folder.Delete(recursive: true);
    }

    // By files, whose checkpoints also start each run with nothing left to write.
    private Task CopyAsync(string template, string name, CancellationToken cancellationToken) =>
        Administration.ExecuteAsync($"create database {name} template {template} strategy file_copy", cancellationToken);

    private BenchDatabase Open(string name) => new(name, server.ConnectionString(name), server.ConnectionString("postgres"));

    private static async Task DeleteLeftoversAsync(string programs, CancellationToken cancellationToken)
    {
        // A folder this young may not be locked yet.
        var young = DateTime.UtcNow.AddMinutes(-1);
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).GetDirectories(FolderPrefix + "*").Where(f => f.CreationTimeUtc < young))
        {
            try
            {
                await PrivateCluster.DeleteAsync(Options(folder, programs), cancellationToken);
                folder.Delete(recursive: true);
            }
            catch (Exception error) when (error is LocalException or IOException or UnauthorizedAccessException)
            {
                // In use by a living process, or somebody else's: theirs to clean up.
            }
        }
    }

    private static ClusterOptions Options(DirectoryInfo folder, string programs) => new(Path.Combine(folder.FullName, "data"), programs, Durable: true);
}
