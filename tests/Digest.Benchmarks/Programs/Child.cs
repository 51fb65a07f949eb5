using System.Diagnostics;
using System.Globalization;

namespace Digest.Benchmarks.Programs;

/// <summary>
/// A program of ours that ends with us, however we end: a shell between us stops it when our end of the shell's input
/// closes, which the kernel does for a process that is killed.
/// </summary>
internal sealed class Child : IAsyncDisposable
{
    // A shell's background jobs ignore Ctrl-C, so that we are the one who decides when they end.
    private const string Script = """
        log=$1; shift
        exec 3<&0 2>/dev/null
        "$@" </dev/null >"$log" 2>&1 3<&- &
        child=$!
        echo $child
        { read -r _ <&3; kill -TERM $child; } >/dev/null 2>&1 &
        watcher=$!
        wait $child; code=$?
        kill $watcher 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(30);

    private readonly Process shell;

    private Child(Process shell, int id, string logFile)
    {
        this.shell = shell;
        Id = id;
        LogFile = logFile;
    }

    public int Id { get; }

    /// <summary>Standard output and error.</summary>
    public string LogFile { get; }

    public bool HasExited => shell.HasExited;

    /// <param name="command">The program and its arguments.</param>
    /// <param name="logFile">Where its output goes.</param>
    /// <param name="environment">Added to ours, from which every setting of Digest is taken out first.</param>
    public static async Task<Child> StartAsync(
        IReadOnlyList<string> command, string logFile, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", logFile, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // No digest.json of whoever runs us.
            WorkingDirectory = Path.GetDirectoryName(logFile),
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var shell = Process.Start(start)!;
        var id = await shell.StandardOutput.ReadLineAsync();
        return new Child(shell, int.Parse(id!, CultureInfo.InvariantCulture), logFile);
    }

    /// <summary>Its last line, which most often says why it ended.</summary>
    public string LastLine() => File.ReadLines(LogFile).LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "it said nothing";

    /// <summary>SIGTERM, and SIGKILL to one that does not heed it.</summary>
    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        using var patience = new CancellationTokenSource(LongestFarewell);
        try
        {
            await shell.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            await shell.WaitForExitAsync(CancellationToken.None);
        }

        shell.Dispose();
    }

    private void Kill()
    {
        try
        {
            using var child = Process.GetProcessById(Id);
            child.Kill();
        }
        catch (ArgumentException)
        {
            // Gone meanwhile.
        }
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("Digest__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase);
}
