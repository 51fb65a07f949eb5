using System.CommandLine;
using System.Globalization;
using Digest.Deliveries;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Pause, resume, cancel and slow: what an operator may do to an issue on its way, from a shell. Each answers with one sentence.</summary>
internal static class ControlVerbs
{
    public static Command Pause()
    {
        var reason = new Option<string?>("--reason") { Description = "For whoever looks at the issue.", HelpName = "TEXT" };
        return Create("pause", "Send nothing more of the issue until it is resumed.", reason, (controls, issue, parsed, cancellationToken) =>
            controls.PauseAsync(issue, parsed.GetValue(reason) ?? $"Paused by {Environment.UserName}.", cancellationToken));
    }

    public static Command Resume() => Create("resume", "Go on with a paused issue.", null, (controls, issue, _, cancellationToken) =>
        controls.ResumeAsync(issue, cancellationToken));

    public static Command Cancel() => Create("cancel", "Withdraw the issue; there is no way back.", null, async (controls, issue, _, cancellationToken) =>
    {
        var (cancelled, open) = await controls.CancelAsync(issue, Environment.UserName, cancellationToken);
        return $"The issue is withdrawn: {cancelled} {(cancelled == 1 ? "delivery was" : "deliveries were")} cancelled, "
            + $"{open} {(open == 1 ? "message is" : "messages are")} still open and {(open == 1 ? "gets its" : "get their")} reply.";
    });

    public static Command Slow()
    {
        var pace = new Argument<string>("PACE") { Description = "Messages a minute over all workers, or off for as fast as the relays allow." };
        return Create("slow", "Limit the pace of the issue.", pace, (controls, issue, parsed, cancellationToken) =>
            controls.SlowAsync(issue, ReadPace(parsed.GetValue(pace)!), Environment.UserName, cancellationToken));
    }

    private static int? ReadPace(string text) => text == "off" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pace) ? pace
        : throw new VerbException($"'{text}' is no pace; write the messages a minute as a whole number, or off.");

    private static Command Create(
        string name, string description, Symbol? own, Func<IssueControls, long, ParseResult, CancellationToken, Task<string>> act)
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.Week());
        var verb = new Command(name, description) { newsletter, week };
        if (own is Argument argument)
        {
            verb.Add(argument);
        }
        else if (own is Option option)
        {
            verb.Add(option);
        }

        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CliConfiguration.Services(CliConfiguration.Read());
            var (_, issue) = await WeekIssue.FindAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            Console.Out.WriteLine(await act(services.GetRequiredService<IssueControls>(), issue.Id, parsed, cancellationToken));
            return 0;
        });
        return verb;
    }
}
