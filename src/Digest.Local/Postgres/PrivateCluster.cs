namespace Digest.Local.Postgres;

/// <param name="Directory">Data directory, made when missing, kept when it is a cluster already.</param>
/// <param name="ProgramDirectory">See <see cref="PostgresPrograms"/>.</param>
/// <param name="Durable">False turns fsync and full-page writes off: for tests only.</param>
public sealed record ClusterOptions(string Directory, string ProgramDirectory, bool Durable);

/// <summary>
/// A PostgreSQL server of our own on a free loopback port, stopped with its owner. Never runs as root: root drops to the
/// postgres user, else to nobody.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    /// <exception cref="LocalException">The server does not start; quotes its log's last line.</exception>
    public static Task<PrivateCluster> StartAsync(ClusterOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{options}");

    /// <summary>Connection string of a database of this cluster.</summary>
    public string ConnectionString(string database) => throw new NotImplementedException($"{database}");

    /// <summary>Creates the database when it is missing.</summary>
    public Task EnsureDatabaseAsync(string database, CancellationToken cancellationToken) => throw new NotImplementedException($"{database}");

    /// <summary>Stops the server (fast shutdown) and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
