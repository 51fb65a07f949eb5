using System.CommandLine;

namespace Digest.Cli.Demo;

/// <summary>A whole Monday on one machine: <c>./digest demo</c>.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var port = NumberOption.Create("--port", 5080, 1, 65535, "Loopback port of the pages.");
        var once = new Option<bool>("--once") { Description = "Exit after the send; 0 only if every queued delivery was accepted." };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object on the last line." };
        var fresh = new Option<bool>("--fresh") { Description = "Delete the demo's data first." };
        var subscribers = NumberOption.Create("--subscribers", 300, 1, 100_000, "How many sample subscribers to make.");
        var verb = new Command("demo", "Set up everything, assemble this week's issue, send it into a local mailbox, keep serving until Ctrl-C.")
        {
            port, once, json, fresh, subscribers,
        };
        verb.SetAction((parsed, cancellationToken) => new DemoRun(new DemoOptions(
            parsed.GetValue(port), parsed.GetValue(once), parsed.GetValue(json), parsed.GetValue(fresh), parsed.GetValue(subscribers)))
            .RunAsync(cancellationToken));
        return verb;
    }
}
