using System.CommandLine;
using Digest.Data;
using Digest.Deliveries;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>Queues the approved issue now. An operator who types it also sends one that missed its hour.</summary>
internal static class QueueVerb
{
    public static Command Create()
    {
        var newsletter = VerbOptions.Newsletter();
        var week = VerbOptions.WeekToCome();
        var verb = new Command("queue", "Queue the approved issue without waiting for Monday; also one that missed its hour.") { newsletter, week };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            var found = await WeekIssue.ToComeAsync(services, parsed.GetValue(newsletter), parsed.GetValue(week), cancellationToken);
            var result = await NextStep.OrSayAsync(found, () =>
                services.GetRequiredService<QueueIssue>().RunAsync(found.Issue.Id, byHand: true, cancellationToken));
            if (found.Issue.QueuedAt is not null)
            {
                Console.Error.WriteLine($"The issue of {found.Week} is already queued; nothing changed.");
            }

            Print(result);
            return 0;
        });
        return verb;
    }

    private static void Print(QueueResult result)
    {
        Console.Out.WriteLine($"candidates {result.Candidates,9:N0}");
        Console.Out.WriteLine($"queued     {result.Queued,9:N0}");
        foreach (var (reason, count) in result.Excluded.OrderBy(pair => pair.Key))
        {
            Console.Out.WriteLine($"excluded   {count,9:N0}  {SnakeCase.Of(reason)}");
        }
    }
}
