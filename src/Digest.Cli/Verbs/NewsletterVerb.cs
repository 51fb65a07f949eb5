using System.CommandLine;

namespace Digest.Cli.Verbs;

internal static class NewsletterVerb
{
    public static Command Create() => new("newsletter", "Create or change a newsletter from its settings file.");
}
