using System.Collections.Concurrent;
using System.Diagnostics;

namespace Digest.Cli.Drill;

/// <summary>The worker program as an installation runs it, with these settings and no others.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int LinesKept = 50;

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private WorkerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, output) => Keep(output.Data);
        process.ErrorDataReceived += (_, output) => Keep(output.Data);
    }

    /// <param name="settings">All it needs.</param>
    /// <param name="folder">Where it runs: an empty one, as it would read a digest.json.</param>
    public static WorkerProcess Start(IEnumerable<KeyValuePair<string, string?>> settings, string folder)
    {
        var start = new ProcessStartInfo(Dotnet(), [Path.Combine(AppContext.BaseDirectory, "Digest.Worker.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(DrillSettings.IsSetting).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var worker = new WorkerProcess(new Process { StartInfo = start });
        worker.process.Start();
        worker.process.BeginOutputReadLine();
        worker.process.BeginErrorReadLine();
        return worker;
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>The last that it wrote.</summary>
    public string LastWords => string.Join('\n', lines);

    /// <summary>SIGKILL: it has no instant to put anything in order.</summary>
    public void Kill() => process.Kill();

    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Kills it if it lives.</summary>
    public async Task EndAsync()
    {
        Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Kills it if it lives.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        lines.Enqueue(line ?? "");
        if (lines.Count > LinesKept)
        {
            lines.TryDequeue(out _);
        }
    }

    /// <summary>The program that runs us, unless that is one of our own.</summary>
    private static string Dotnet() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
}
