using Spectre.Console;

namespace Digest.Cli.Verbs;

/// <summary>Reads a password without showing it and without a place in the shell's history.</summary>
internal static class PasswordPrompt
{
    /// <exception cref="VerbException">There is no terminal to ask on, or the two entries differ.</exception>
    public static string Ask(string email)
    {
        if (Console.IsInputRedirected)
        {
            throw new VerbException("There is no terminal to ask for the password on; use --password-stdin or --generate.");
        }

        var password = Read($"Password for {email} (12 characters or more): ");
        return Read("Again: ") == password ? password : throw new VerbException("The two passwords differ; nothing was changed.");
    }

    /// <exception cref="VerbException">Standard input holds no line.</exception>
    public static string FromStandardInput() => Console.In.ReadLine() is { Length: > 0 } line
        ? line
        : throw new VerbException("Standard input holds no password; write it as its first line.");

    private static string Read(string question) =>
        AnsiConsole.Prompt(new TextPrompt<string>(Markup.Escape(question)).AllowEmpty().Secret(null));
}
