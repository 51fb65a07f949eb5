using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class ImportStoriesVerb
{
    public static Command Create() => new("stories", "Import a folder, a file, or - for standard input.");
}
