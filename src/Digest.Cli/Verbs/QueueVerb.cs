using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class QueueVerb
{
    public static Command Create() => new("queue", "Queue the approved issue without waiting for Monday.");
}
