using System.CommandLine;

namespace Digest.Cli.Verbs;

/// <summary>Brings stories or subscribers in. Everything is validated before anything is written.</summary>
internal static class ImportVerb
{
    public static Command Create() => new("import", "Import stories or subscribers; all of the input is checked before any of it is written.")
    {
        ImportStoriesVerb.Create(),
        ImportSubscribersVerb.Create(),
    };
}
