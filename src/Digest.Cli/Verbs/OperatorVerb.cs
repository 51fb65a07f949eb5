using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class OperatorVerb
{
    public static Command Create() => new("operator", "Manage the logins of the admin page.");
}
