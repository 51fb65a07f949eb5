using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class ImportSubscribersVerb
{
    public static Command Create() => new("subscribers", "Import a CSV file of subscribers.");
}
