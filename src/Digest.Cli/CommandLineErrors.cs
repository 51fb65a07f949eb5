using Digest.Local;
using Digest.Settings;

namespace Digest.Cli;

/// <summary>Turns what went wrong into one sentence on stderr and an exit code; docs/operating.md lists the codes.</summary>
internal static class CommandLineErrors
{
    public static async Task<int> RunAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
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
