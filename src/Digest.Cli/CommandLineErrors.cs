using System.CommandLine;
using Digest.Local;
using Digest.Settings;

namespace Digest.Cli;

/// <summary>Turns what went wrong into one sentence on stderr and an exit code; docs/operating.md lists the codes.</summary>
internal static class CommandLineErrors
{
    private const int WrongCommandLine = 2;

    private static readonly InvocationConfiguration Invocation = new()
    {
        EnableDefaultExceptionHandler = false,
        // A verb that is stopped drains: an open message waits for its reply (RFC 5321 section 4.5.3.2.6).
        ProcessTerminationTimeout = TimeSpan.FromMinutes(12),
    };

    public static async Task<int> RunAsync(ParseResult command)
    {
        try
        {
            var code = await command.InvokeAsync(Invocation);
            return command.Errors.Count > 0 ? WrongCommandLine : code;
        }
        catch (OperationCanceledException)
        {
            return Fail(130, "stopped.");
        }
        catch (Exception error) when (Describe(error) is { } described)
        {
            return Fail(described.Code, described.Sentence);
        }
    }

    private static (int Code, string Sentence)? Describe(Exception error) => error switch
    {
        VerbException or RefusedException or InputException => (1, error.Message),
        LocalException => (69, error.Message),
        UnauthorizedAccessException => (69, error.Message),
        FileNotFoundException or DirectoryNotFoundException => (1, error.Message),
        _ => StartFailure.Describe(error),
    };

    private static int Fail(int code, string sentence)
    {
        Console.Error.WriteLine($"digest: {sentence}");
        return code;
    }
}
