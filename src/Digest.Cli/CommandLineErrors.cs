using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using Digest.Local;
using Digest.Settings;
using Npgsql;

namespace Digest.Cli;

/// <summary>Turns what went wrong into one sentence on stderr and an exit code; docs/operating.md lists the codes.</summary>
internal static class CommandLineErrors
{
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
            // Help and version are asked for by an option, whatever else is on the line.
            return command.Errors.Count > 0 && command.Action is ParseErrorAction or null
                ? WrongCommandLine.Say(command, Console.Error)
                : await command.InvokeAsync(Invocation);
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
        _ when IsDemoStopped(error) => (69, "The demo does not run, and its database is the only one that is configured: start it with "
            + "`digest demo` in another terminal and leave it running, or name a database of yours in ConnectionStrings__Digest or digest.json."),
        _ => StartFailure.Describe(error),
    };

    private static bool IsDemoStopped(Exception error) => IsUnreachable(error) && CliConfiguration.IsOfDemo;

    /// <summary>EF Core wraps what it takes for transient.</summary>
    private static bool IsUnreachable(Exception? error) =>
        error is not null && (error is NpgsqlException { InnerException: SocketException } || IsUnreachable(error.InnerException));

    private static int Fail(int code, string sentence)
    {
        Console.Error.WriteLine($"digest: {sentence}");
        return code;
    }
}
