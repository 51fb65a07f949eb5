namespace Digest.Benchmarks.Programs;

/// <summary>
/// smtp-sink and smtp-source of Debian's postfix package. When postfix is not installed its package is unpacked into a
/// folder of ours, never installed: nothing is set up and no mail server is started.
/// </summary>
internal sealed class PostfixPrograms
{
    private const string WayOut = "put Debian's smtp-sink and smtp-source (package postfix) on the PATH.";

    private readonly string programs;
    private readonly string? libraries;

    private PostfixPrograms(string programs, string? libraries)
    {
        this.programs = programs;
        this.libraries = libraries;
    }

    public string Sink => Path.Combine(programs, "smtp-sink");

    public string Source => Path.Combine(programs, "smtp-source");

    public IEnumerable<KeyValuePair<string, string?>> Environment => libraries is null ? [] : [new("LD_LIBRARY_PATH", libraries)];

    /// <param name="cache">Where the package is unpacked, and found again by the next run.</param>
    /// <param name="progress">Told what takes a while.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="UnavailableException">They cannot be had on this machine.</exception>
    public static async Task<PostfixPrograms> FindOrUnpackAsync(string cache, Action<string> progress, CancellationToken cancellationToken)
    {
        var path = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        if (path.FirstOrDefault(HoldsBoth) is { } installed)
        {
            return await CheckedAsync(new PostfixPrograms(installed, null), cancellationToken);
        }

        var folder = Path.Combine(cache, "usr/sbin");
        if (!HoldsBoth(folder))
        {
            progress("fetching Debian's postfix package for smtp-sink and smtp-source (unpacked, not installed)");
            await UnpackAsync(cache, cancellationToken);
        }

        return await CheckedAsync(new PostfixPrograms(folder, Path.Combine(cache, "usr/lib/postfix")), cancellationToken);
    }

    private static bool HoldsBoth(string folder) => File.Exists(Path.Combine(folder, "smtp-sink")) && File.Exists(Path.Combine(folder, "smtp-source"));

    private static async Task UnpackAsync(string cache, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(cache);
        var download = await ProgramRun.RunAsync(["apt-get", "download", "-q", "postfix"], cancellationToken, cache);
        if (Package(cache) is null && System.Environment.IsPrivilegedProcess)
        {
            // A fresh container has no package lists.
            await ProgramRun.RunAsync(["apt-get", "update", "-q"], cancellationToken);
            download = await ProgramRun.RunAsync(["apt-get", "download", "-q", "postfix"], cancellationToken, cache);
        }

        var package = Package(cache) ?? throw new UnavailableException($"`apt-get download postfix` failed ({download.LastLine}); {WayOut}");
        var unpack = await ProgramRun.RunAsync(["dpkg", "-x", package, cache], cancellationToken);
        File.Delete(package);
        if (unpack.ExitCode != 0)
        {
            throw new UnavailableException($"Debian's postfix package cannot be unpacked ({unpack.LastLine}); {WayOut}");
        }
    }

    private static string? Package(string cache) => Directory.GetFiles(cache, "postfix_*.deb").FirstOrDefault();

    /// <summary>Without arguments they say how they are used, unless a library of theirs is missing.</summary>
    private static async Task<PostfixPrograms> CheckedAsync(PostfixPrograms found, CancellationToken cancellationToken)
    {
        var run = await ProgramRun.RunAsync([found.Sink], cancellationToken, environment: found.Environment);
        return run.Output.Contains("usage:", StringComparison.Ordinal)
            ? found
            : throw new UnavailableException($"{found.Sink} does not run ({run.LastLine}); install what it names, or {WayOut}");
    }
}
