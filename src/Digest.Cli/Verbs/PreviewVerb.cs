using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class PreviewVerb
{
    public static Command Create() => new("preview", "Write the week's issue as HTML and text.");
}
