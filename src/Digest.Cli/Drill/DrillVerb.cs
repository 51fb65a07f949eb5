using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Digest.Data;
using Digest.Local.Mailbox;
using Microsoft.Extensions.Configuration;

namespace Digest.Cli.Drill;

/// <summary>Kills workers in the middle of a send to a mailbox on this machine, and counts what came of it.</summary>
internal static class DrillVerb
{
    public static Command Create()
    {
        var readers = NumberOption.Create("--readers", 20_000, 1, 200_000, "Synthetic readers.");
        var workers = NumberOption.Create("--workers", 2, 1, 16, "Worker processes at any time.");
        var kills = NumberOption.Create("--kills", 20, 0, 1000, "How many workers are killed (SIGKILL) on the way.");
        var connections = NumberOption.Create("--connections", 8, 1, 100, "Connections of each worker.");
        var minutes = NumberOption.Create("--minutes", 30, 1, 1440, "When it gives up, from the start of the workers on, and says how far it came.");
        var seed = NumberOption.Optional("--seed", 0, int.MaxValue, "Repeats an earlier drill's choices; printed by each.");
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object on the last line." };
        var verb = new Command(
            "drill", "Kill workers in the middle of a send to a local mailbox, and count what was lost, doubled or left in doubt.")
        {
            readers, workers, kills, connections, minutes, seed, json,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DrillOptions(
                parsed.GetValue(readers), parsed.GetValue(workers), parsed.GetValue(kills), parsed.GetValue(connections),
                TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue));
            var server = CliConfiguration.ReadOwn().GetConnectionString(DataRoom.ConnectionStringName);
            var report = await new DrillRun(options, server, new MailStore()).RunAsync(cancellationToken);
            report.Print(Console.Out);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
            }

            return report.Passed ? 0 : 1;
        });
        return verb;
    }
}
