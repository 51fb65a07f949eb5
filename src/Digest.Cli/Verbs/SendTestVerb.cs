using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class SendTestVerb
{
    public static Command Create() => new("send-test", "Send the issue to one address, with links that change nothing.");
}
