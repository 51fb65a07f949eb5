using System.CommandLine;
using System.CommandLine.Help;
using Digest.Cli.Demo;
using Digest.Cli.Drill;
using Digest.Cli.Verbs;

namespace Digest.Cli;

/// <summary>The program and its verbs.</summary>
internal static class RootVerb
{
    // No RootCommand, whose help would call the program by its file's name.
    public static Command Create() => new("digest", "Digest: a publication's weekly mail, from stories in PostgreSQL to accepted deliveries.")
    {
        new HelpOption(),
        new VersionOption(),
        DemoVerb.Create(),
        MigrateVerb.Create(),
        NewsletterVerb.Create(),
        ImportVerb.Create(),
        StoriesVerb.Create(),
        FeedsVerb.Create(),
        ApiKeyVerb.Create(),
        AssembleVerb.Create(),
        EditVerb.Create(),
        PreviewVerb.Create(),
        PreflightVerb.Create(),
        RehearseVerb.Create(),
        DraftVerb.Create(),
        ApproveVerb.Create(),
        QueueVerb.Create(),
        ProgressVerb.Create(),
        ControlVerbs.Pause(),
        ControlVerbs.Resume(),
        ControlVerbs.Slow(),
        ControlVerbs.Cancel(),
        DoubtsVerb.Create(),
        TakesVerb.Create(),
        SendTestVerb.Create(),
        OperatorVerb.Create(),
        KeysVerb.Create(),
        MailboxVerb.Create(),
        DrillVerb.Create(),
    };
}
