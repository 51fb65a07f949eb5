using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Digest.Local.Postgres;

/// <summary>PostgreSQL's programs on this machine.</summary>
public static partial class PostgresPrograms
{
    /// <summary>Oldest major version that knows all of our SQL: <c>NULLS NOT DISTINCT</c> came with 15.</summary>
    public const int OldestVersion = 15;

    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    /// <summary>The folder of initdb, pg_ctl and postgres (PATH, /usr/lib/postgresql/*/bin newest first, Homebrew), or none.</summary>
    public static string? Find() => Folders().FirstOrDefault(folder => VersionIn(folder) >= OldestVersion);

    /// <summary>As <see cref="Find"/>, else installs the distribution's package (apt-get, as root or through sudo).</summary>
    /// <exception cref="LocalException">Neither worked; says what to install.</exception>
    public static async Task<string> FindOrInstallAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        if (Find() is { } found)
        {
            return found;
        }

        if (!File.Exists("/usr/bin/apt-get"))
        {
            throw Missing("none was found in PATH, /usr/lib/postgresql or Homebrew");
        }

        progress("PostgreSQL is not installed; reading the package lists (apt-get update)");
        await AptAsync(["update", "-q"], cancellationToken);
        progress("Installing PostgreSQL (apt-get install postgresql), a minute or two");
        await AptAsync(["install", "-q", "-y", "--no-install-recommends", "postgresql"], cancellationToken);
        return Find() ?? throw Missing("the distribution's package is older");
    }

    /// <summary>Major version of the server in a folder of programs, or none.</summary>
    internal static int? VersionIn(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres"), "--version") { RedirectStandardOutput = true });
        var match = VersionPattern().Match(process!.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    private static IEnumerable<string> Folders()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return path
            .Concat(Versioned("/usr/lib/postgresql", "*"))
            .Concat(Versioned("/usr", "pgsql-*"))
            .Concat(Versioned("/opt/homebrew/opt", "postgresql@*"))
            .Concat(Versioned("/usr/local/opt", "postgresql@*"))
            .Where(folder => Needed.All(program => File.Exists(Path.Combine(folder, program))));
    }

    private static IEnumerable<string> Versioned(string parent, string pattern) => Directory.Exists(parent)
        ? Directory.GetDirectories(parent, pattern)
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder).Split('-', '@')[^1], CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
        : [];

    private static async Task AptAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string[] command = Environment.IsPrivilegedProcess ? ["apt-get", .. arguments] : ["sudo", "apt-get", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        ProgramRun run;
        try
        {
            run = await ProgramRun.RunAsync(start, cancellationToken);
        }
        catch (LocalException error)
        {
            throw Missing(error.Message.TrimEnd('.'));
        }

        if (!run.Succeeded)
        {
            throw Missing($"`{string.Join(' ', command)}` failed: {run.LastLine}");
        }
    }

    private static LocalException Missing(string why) => new(
        $"PostgreSQL {OldestVersion} or newer is needed and {why}; install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), "
        + "or name a server in ConnectionStrings__Digest.");

    [GeneratedRegex(@"PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
