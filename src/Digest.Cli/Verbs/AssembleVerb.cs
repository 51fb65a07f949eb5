using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class AssembleVerb
{
    public static Command Create() => new("assemble", "Assemble the week's issue now.");
}
