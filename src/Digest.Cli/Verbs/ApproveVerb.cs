using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class ApproveVerb
{
    public static Command Create() => new("approve", "Approve the frozen issue.");
}
