using System.ComponentModel;
using System.Diagnostics;

namespace Digest.Local.Postgres;

/// <summary>What a program said and how it ended.</summary>
/// <param name="Output">Standard output and error, in order of arrival.</param>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The line that most often says why it failed.</summary>
    public string LastLine => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="LocalException">There is no such program.</exception>
    public static async Task<ProgramRun> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        // A user we drop to may not enter the folder that this process was started in.
        start.WorkingDirectory = Path.GetPathRoot(Path.GetFullPath("."))!;
        // Answers are read, so they must come in one language.
        start.Environment["LC_MESSAGES"] = "C";
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ProgramRun(process.ExitCode, await output + await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new LocalException($"{start.FileName} cannot be started: {error.Message}.");
        }
    }
}
