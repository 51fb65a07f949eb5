using System.CommandLine;
using Digest.Deliveries;
using Digest.Smtp;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Sends the week's issue to one address through the relay and says what the relay answered.</summary>
internal static class SendTestVerb
{
    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Where to send it." };
        var newsletter = VerbOptions.Newsletter();
        var week = VerbOptions.WeekToCome();
        var variant = new Option<string>("--variant")
        {
            Description = "The topics of a reader's choice, such as agents+policy; the whole issue when left out.",
            HelpName = "TOPICS",
            DefaultValueFactory = _ => "",
        };
        var verb = new Command("send-test", "Send the issue to one address, marked [Test], with links that change nothing.")
        {
            address, newsletter, week, variant,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken, rooms => rooms.AddDigestSending());
            var found = await WeekIssue.ToComeAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            var outcome = await NextStep.OrSayAsync(found, () => services.GetRequiredService<SendTest>()
                .RunAsync(found.Newsletter, found.Issue, parsed.GetValue(variant)!, parsed.GetValue(address)!, cancellationToken));
            return Report(outcome, parsed.GetValue(address)!);
        });
        return verb;
    }

    private static int Report(SmtpOutcome outcome, string address)
    {
        var reply = $"{outcome.Code} {outcome.Reply}".Trim();
        if (outcome.Verdict == SmtpVerdict.Accepted)
        {
            Console.Out.WriteLine($"The relay accepted the test mail to {address}: {reply}");
            return 0;
        }

        throw new VerbException(
            $"The relay did not accept the test mail; at {outcome.Stage} it said: {(reply.Length > 0 ? reply : "nothing")}. Check the address, and the relay in Digest:Smtp.");
    }
}
