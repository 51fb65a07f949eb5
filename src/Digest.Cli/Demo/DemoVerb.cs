using System.CommandLine;

namespace Digest.Cli.Demo;

/// <summary>A whole Monday on one machine: <c>./digest demo</c>.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Loopback port of the pages.", DefaultValueFactory = _ => 5080 };
        var once = new Option<bool>("--once") { Description = "Exit after the send; 0 only if every queued delivery was accepted." };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object on the last line." };
        var fresh = new Option<bool>("--fresh") { Description = "Delete the demo's data first." };
        var subscribers = new Option<int>("--subscribers")
        {
            Description = "How many sample subscribers to make, 1 to 100000.",
            DefaultValueFactory = _ => 300,
        };
        port.Validators.Add(result => Range(result, port, 1, 65535));
        subscribers.Validators.Add(result => Range(result, subscribers, 1, 100_000));

        var verb = new Command("demo", "Set up everything, assemble this week's issue, send it into a local mailbox, keep serving until Ctrl-C.")
        {
            port, once, json, fresh, subscribers,
        };
        verb.SetAction((parsed, cancellationToken) => new DemoRun(new DemoOptions(
            parsed.GetValue(port), parsed.GetValue(once), parsed.GetValue(json), parsed.GetValue(fresh), parsed.GetValue(subscribers)))
            .RunAsync(cancellationToken));
        return verb;
    }

    private static void Range(System.CommandLine.Parsing.OptionResult result, Option<int> option, int low, int high)
    {
        if (!result.Implicit && result.GetValue(option) is var value && (value < low || value > high))
        {
            result.AddError($"{option.Name} {value} is out of range; it takes {low} to {high}.");
        }
    }
}
