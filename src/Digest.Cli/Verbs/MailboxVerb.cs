using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class MailboxVerb
{
    public static Command Create() => new("mailbox", "Run the local mailbox alone.");
}
