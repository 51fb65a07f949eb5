using System.CommandLine;
using System.CommandLine.Parsing;
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
        return Create("pause", "Send nothing more of the issue until it is resumed.", reason, async (services, found, parsed, cancellationToken) =>
            found.Issue.State == IssueState.Paused
                ? $"{Title(found.Issue)} is already paused; nothing changed. {found.Hint("resume")} goes on with it."
                : await services.GetRequiredService<IssueControls>().PauseAsync(
                    found.Issue.Id, parsed.GetValue(reason) ?? $"Paused by {Environment.UserName}.", cancellationToken));
    }

    public static Command Resume() => Create("resume", "Go on with a paused issue.", null, async (services, found, _, cancellationToken) =>
        found.Issue.State == IssueState.Sending
            ? $"{Title(found.Issue)} is already being sent; nothing changed."
            : await services.GetRequiredService<IssueControls>().ResumeAsync(found.Issue.Id, cancellationToken));

    public static Command Cancel() => Create("cancel", "Withdraw the issue; there is no way back.", null, async (services, found, _, cancellationToken) =>
    {
        var issue = found.Issue;
        var before = (await services.GetRequiredService<IssueProgress>().ReadAsync(issue.Id, cancellationToken)).Count(DeliveryState.Cancelled);
        // Also of one that is cancelled: a crash may have left deliveries behind.
        var (cancelled, open) = await services.GetRequiredService<IssueControls>().CancelAsync(issue.Id, Environment.UserName, cancellationToken);
        var stories = Stories((await services.GetRequiredService<IssueProgress>().ReadAsync(issue.Id, cancellationToken)).Count(DeliveryState.Accepted), open);
        return issue.State == IssueState.Cancelled && cancelled == before
            ? $"{Title(found.Issue)} is already withdrawn; nothing changed. {stories}"
            : $"{Title(issue)} is withdrawn: {Counted.Of(cancelled, "delivery was", "deliveries were")} cancelled, "
                + $"{Counted.Of(open, "message is", "messages are")} still open and {(open == 1 ? "gets its" : "get their")} reply. {stories}";
    });

    /// <summary>A story is used when somebody's server accepted it, and given back otherwise.</summary>
    private static string Stories(int accepted, int open) => accepted > 0
        ? $"{Counted.Of(accepted, "reader has", "readers have")} it, so its stories stay used; `digest stories list` shows them."
        : open > 0 ? "Its stories are given back to the issues to come, unless a message that is still open is accepted."
        : "Nobody has it, so its stories are given back to the issues to come.";

    public static Command Slow()
    {
        var pace = new Argument<Pace>("PACE")
        {
            Description = "Messages a minute over all workers, or off for as fast as the relays allow.",
            CustomParser = ReadPace,
        };
        return Create("slow", "Limit the pace of the issue.", pace, async (services, found, parsed, cancellationToken) =>
        {
            var issue = found.Issue;
            var perMinute = parsed.GetValue(pace)!.PerMinute;
            return issue.PerMinute == perMinute && issue.State is IssueState.Assembled or IssueState.Approved or IssueState.Sending or IssueState.Paused
                ? $"{Title(found.Issue)} already goes out {(perMinute is null ? "as fast as the relays allow" : $"at {Counted.Of(perMinute.Value, "message", "messages")} a minute at most")}; nothing changed."
                : await services.GetRequiredService<IssueControls>().SlowAsync(issue.Id, perMinute, Environment.UserName, cancellationToken);
        });
    }

    private static Pace ReadPace(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == "off")
        {
            return new(PerMinute: null);
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var perMinute))
        {
            result.AddError($"PACE '{text}' is no pace; write the messages a minute as a whole number, or off.");
        }
        else if (perMinute == 0)
        {
            result.AddError("PACE 0 is a pause; `digest pause` holds the issue.");
        }

        return new(perMinute);
    }

    private static string Title(Issue issue) => $"The issue of {new Week(issue.Week)}";

    private static Command Create(
        string name, string description, Symbol? own, Func<IServiceProvider, WeekIssue, ParseResult, CancellationToken, Task<string>> act)
    {
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekOnItsWay());
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
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var found = await WeekIssue.OnItsWayAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            Console.Out.WriteLine(await NextStep.OrSayAsync(found, () => act(services, found, parsed, cancellationToken)));
            return 0;
        });
        return verb;
    }

    /// <param name="PerMinute">None for as fast as the relays allow. System.CommandLine takes no argument that is read as null.</param>
    private sealed record Pace(int? PerMinute);
}
