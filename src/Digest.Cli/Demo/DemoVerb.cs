using System.CommandLine;

namespace Digest.Cli.Demo;

internal static class DemoVerb
{
    public static Command Create() => new("demo", "Set up everything, assemble the current week's issue, send it into a local mailbox, and keep serving.");
}
