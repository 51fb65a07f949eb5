using System.CommandLine;
using Digest.Settings;

namespace Digest.Cli;

/// <summary>Says what is wrong with a command line: a sentence for each thing, and where help is.</summary>
internal static class WrongCommandLine
{
    public const int Code = 2;

    public static int Say(ParseResult line, TextWriter to)
    {
        var command = line.CommandResult.Command;
        var path = PathOf(line);
        foreach (var sentence in Sentences(line, command, path))
        {
            to.WriteLine($"digest: {sentence}");
        }

        to.WriteLine($"digest: `{path} --help` says what it takes.");
        return Code;
    }

    /// <summary>What is unknown is also why something is missing, and is told alone.</summary>
    private static IEnumerable<string> Sentences(ParseResult line, Command command, string path)
    {
        if (line.UnmatchedTokens.Count > 0)
        {
            return line.UnmatchedTokens.Select(word => Unknown(word, command, path)).Distinct();
        }

        return line.CommandResult.Errors.Any() && command.Action is null && command.Subcommands.Count > 0
            ? [$"`{path}` wants one more word: {string.Join(", ", command.Subcommands.Select(known => known.Name))}."]
            : line.Errors.Select(error => WithoutType(error.Message)).Distinct();
    }

    /// <summary>Of a flag with a value that is none the parser says which .NET type it would have.</summary>
    private static string WithoutType(string message) =>
        message.IndexOf(" as expected type '", StringComparison.Ordinal) is var at && at > 0 ? $"{message[..at]}." : message;

    private static string Unknown(string word, Command command, string path)
    {
        var isOption = word.StartsWith('-');
        var known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(verb => verb.Name);
        var what = isOption ? $"`{path}` has no option '{word}'"
            : command.Subcommands.Count > 0 && command.Action is null ? $"`{path}` has no verb '{word}'"
            : $"`{path}` takes no '{word}'";
        return Spelling.Nearest(word, known) is { } near ? $"{what}; did you mean '{near}'?" : $"{what}.";
    }

    private static string PathOf(ParseResult line)
    {
        var names = new List<string>();
        for (var at = line.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, at.Command.Name);
        }

        return string.Join(' ', names);
    }
}
