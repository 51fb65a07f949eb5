using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>What is in doubt, and what the relay's log says of it.</summary>
internal static class DoubtsVerb
{
    public static Command Create()
    {
        var newsletter = VerbOptions.Newsletter();
        newsletter.Description = "Slug of the newsletter; all of them when left out.";
        var log = new Option<string?>("--log")
        {
            Description = "A relay's log (Postfix, Exim or sendmail), or - for standard input: what it shows as taken is settled as accepted.",
            HelpName = "FILE",
        };
        var verb = new Command("doubts", "List the messages in doubt with their Message-IDs, and settle those that a relay's log shows as taken.") { newsletter, log };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(log) is { } file && file != "-" && !File.Exists(file))
            {
                throw new VerbException($"There is no file '{file}'; name the relay's log, or - for standard input.");
            }

            await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
            await RunAsync(services, parsed.GetValue(newsletter), parsed.GetValue(log), cancellationToken);
            return 0;
        });
        return verb;
    }

    private static async Task RunAsync(ServiceProvider services, string? slug, string? log, CancellationToken cancellationToken)
    {
        var doubts = await services.GetRequiredService<Doubts>().ReadAsync(await IdOfAsync(services, slug, cancellationToken), cancellationToken);
        foreach (var doubt in doubts)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{doubt.Newsletter}  {doubt.What}  subscriber {doubt.Key.SubscriberId}  {doubt.BegunAt:yyyy-MM-dd HH:mm:ss} UTC  {doubt.Relay ?? "-"}  <{doubt.MessageId}>"));
        }

        if (log is null)
        {
            Console.Out.WriteLine($"{doubts.Count} in doubt.");
            return;
        }

        using var reader = log == "-" ? Console.In : new StreamReader(log);
        var settled = await services.GetRequiredService<SettleByLog>().RunAsync(doubts, reader, cancellationToken)
            ?? throw new VerbException($"{(log == "-" ? "Standard input" : $"'{log}'")} shows no message of Postfix, Exim or sendmail, so it settles nothing; "
                + "name the mail log of the relay, from before the first doubt.");
        Console.Out.WriteLine($"{doubts.Count} in doubt; the log shows {settled} of them as taken, now accepted; {Counted.Of(doubts.Count - settled, "is", "are")} left.");
    }

    private static async Task<long?> IdOfAsync(ServiceProvider services, string? slug, CancellationToken cancellationToken)
    {
        if (slug is null)
        {
            return null;
        }

        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        return (await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken)).Id;
    }
}
