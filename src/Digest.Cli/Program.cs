using System.CommandLine;
using Digest.Cli;
using Digest.Cli.Demo;
using Digest.Cli.Drill;
using Digest.Cli.Verbs;

var root = new RootCommand("Digest: a publication's weekly mail, from stories in PostgreSQL to accepted deliveries.")
{
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

return await CommandLineErrors.RunAsync(root.Parse(args));
