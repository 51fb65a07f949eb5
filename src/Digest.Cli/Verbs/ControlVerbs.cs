using System.CommandLine;
using System.Globalization;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Smtp;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>
/// Pause, resume, cancel and slow: what an operator may do to an issue on its way, from a shell. Each answers with one sentence,
/// and said again says that nothing changed.
/// </summary>
internal static class ControlVerbs
{
    public static Command Pause()
    {
        var reason = new Option<string?>("--reason") { Description = "For whoever looks at the issue.", HelpName = "TEXT" };
        return Create("pause", "Send nothing more of the issue until it is resumed.", reason, async (services, issue, parsed, cancellationToken) =>
            issue.State == IssueState.Paused
                ? $"{Title(issue)} is already paused; nothing changed. `digest resume` goes on with it."
                : await services.GetRequiredService<IssueControls>().PauseAsync(
                    issue.Id, parsed.GetValue(reason) ?? $"Paused by {Environment.UserName}.", cancellationToken));
    }

    public static Command Resume() => Create("resume", "Go on with a paused issue.", null, async (services, issue, _, cancellationToken) =>
        issue.State == IssueState.Sending
            ? $"{Title(issue)} is already being sent; nothing changed."
            : await services.GetRequiredService<IssueControls>().ResumeAsync(issue.Id, cancellationToken));

    public static Command Cancel() => Create("cancel", "Withdraw the issue; there is no way back.", null, async (services, issue, _, cancellationToken) =>
    {
        var before = (await services.GetRequiredService<IssueProgress>().ReadAsync(issue.Id, cancellationToken)).Count(DeliveryState.Cancelled);
        // Also of one that is cancelled: a crash may have left deliveries behind.
        var (cancelled, open) = await services.GetRequiredService<IssueControls>().CancelAsync(issue.Id, Environment.UserName, cancellationToken);
        return issue.State == IssueState.Cancelled && cancelled == before
            ? $"{Title(issue)} is already withdrawn; nothing changed."
            : $"The issue is withdrawn: {Counted.Of(cancelled, "delivery was", "deliveries were")} cancelled, "
                + $"{Counted.Of(open, "message is", "messages are")} still open and {(open == 1 ? "gets its" : "get their")} reply.";
    });

    public static Command Slow()
    {
        var pace = new Argument<string>("PACE") { Description = "Messages a minute over all workers, or off for as fast as the relays allow." };
        return Create("slow", "Limit the pace of the issue.", pace, async (services, issue, parsed, cancellationToken) =>
        {
            var perMinute = ReadPace(parsed.GetValue(pace)!);
            return issue.PerMinute == perMinute && issue.State is IssueState.Assembled or IssueState.Approved or IssueState.Sending or IssueState.Paused
                ? $"{Title(issue)} already goes out {(perMinute is null ? "as fast as the relays allow" : $"at {Counted.Of(perMinute.Value, "message", "messages")} a minute at most")}; nothing changed."
                : await services.GetRequiredService<IssueControls>().SlowAsync(issue.Id, perMinute, Environment.UserName, cancellationToken);
        });
    }

    private static int? ReadPace(string text) => text == "off" ? null
        : !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pace)
            ? throw new VerbException($"'{text}' is no pace; write the messages a minute as a whole number, or off.")
        : pace == 0 ? throw new VerbException("0 messages a minute is a pause; `digest pause` holds the issue.")
        : pace;

    private static string Title(Issue issue) => $"The issue of {new Week(issue.Week)}";

    private static Command Create(
        string name, string description, Symbol? own, Func<IServiceProvider, Issue, ParseResult, CancellationToken, Task<string>> act)
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
            Console.Out.WriteLine(await NextStep.OrSayAsync(issue, () => act(services, issue, parsed, cancellationToken)));
            return 0;
        });
        return verb;
    }
}
