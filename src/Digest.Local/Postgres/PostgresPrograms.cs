namespace Digest.Local.Postgres;

/// <summary>PostgreSQL's programs on this machine.</summary>
public static class PostgresPrograms
{
    /// <summary>The folder of initdb, pg_ctl and postgres (PATH, /usr/lib/postgresql/*/bin newest first, Homebrew), or none.</summary>
    public static string? Find() => throw new NotImplementedException();

    /// <summary>As <see cref="Find"/>, else installs the distribution's package (apt-get, as root or through sudo).</summary>
    /// <exception cref="LocalException">Neither worked; says what to install.</exception>
    public static Task<string> FindOrInstallAsync(Action<string> progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{progress}");
}
