using System.ComponentModel;
using System.Diagnostics;

namespace Digest.Benchmarks.Programs;

/// <summary>What a short-lived program said and how it ended.</summary>
/// <param name="Output">Standard output, then error.</param>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    public string LastLine => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    /// <summary>Runs a program to its end; one that is not there ends with 127, as in a shell.</summary>
    public static async Task<ProgramRun> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancellationToken, string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "/",
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await using var stopping = cancellationToken.Register(process.Kill);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return new ProgramRun(process.ExitCode, await output + await errors);
        }
        catch (Win32Exception missing)
        {
            return new ProgramRun(127, missing.Message);
        }
    }
}
