using System.Diagnostics;
using System.Globalization;
using System.Text;
using Digest.Cli.Demo;
using Digest.Data;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Subscribers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Drill;

/// <summary>A drill from a new database to the count, in the order in which it happens.</summary>
/// <param name="options">How many of everything.</param>
/// <param name="server">See <see cref="DrillDatabase.CreateAsync"/>.</param>
/// <param name="mail">Takes what arrives: recipient and Message-ID of each message.</param>
internal sealed class DrillRun(DrillOptions options, string? server, MailStore mail)
{
    private readonly DemoProgress progress = new();

    /// <exception cref="VerbException">It cannot be run here.</exception>
    public async Task<DrillReport> RunAsync(CancellationToken cancellationToken)
    {
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"seed {options.Seed}"));
        await using var database = await DrillDatabase.CreateAsync(server, progress, cancellationToken);
        var settings = DrillSettings.Make(database.ConnectionString, options.Connections);
        await using var services = CliConfiguration.Services(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        var newsletter = await LoadAsync(services, cancellationToken);
        var sender = new DemoIssue(services, newsletter, progress);
        var issue = await sender.AssembleAndQueueAsync(cancellationToken);

        await using var crew = new DrillCrew(options, settings, mail, progress);
        var watch = Stopwatch.StartNew();
        await crew.StartAsync();
        await UntilSettledAsync(crew, sender, issue, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;

        var count = await ActivatorUtilities.CreateInstance<DrillCount>(services)
            .RunAsync(newsletter, issue.Id, options.Readers, mail.All, cancellationToken);
        return Report(count, crew.OpenAtKills, seconds);
    }

    private async Task<Newsletter> LoadAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        progress.Say("migrating a scratch database");
        await services.GetRequiredService<SchemaMigrator>().MigrateAsync(_ => { }, cancellationToken);
        var newsletter = await new DemoContent(services, progress).LoadNewsletterAsync(cancellationToken);
        using var readers = new StringReader(Readers());
        await services.GetRequiredService<ImportSubscribers>().RunAsync(newsletter.Id, readers, "drill", cancellationToken);
        return newsletter;
    }

    /// <summary>At a domain that cannot exist (RFC 2606).</summary>
    private string Readers() => Enumerable.Range(1, options.Readers).Aggregate(
        new StringBuilder("address\n"), (csv, number) => csv.Append(CultureInfo.InvariantCulture, $"reader-{number}@drill.invalid\n")).ToString();

    private static async Task UntilSettledAsync(DrillCrew crew, DemoIssue sender, Issue issue, CancellationToken cancellationToken)
    {
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var killing = crew.RunAsync(settled.Token);
        var watching = sender.WatchAsync(issue.Id, settled.Token);
        var first = await Task.WhenAny(killing, watching);
        await settled.CancelAsync();
        await ((Task)(first == killing ? watching : killing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private DrillReport Report(DrillCounts count, IReadOnlyList<int> openAtKills, double seconds) => new()
    {
        Readers = options.Readers,
        Workers = options.Workers,
        Connections = options.Connections,
        Kills = openAtKills.Count,
        Seed = options.Seed,
        Accepted = count.Accepted,
        InDoubt = count.InDoubt,
        InDoubtReceived = count.InDoubtReceived,
        Lost = count.Lost,
        Doubled = count.Doubled,
        OpenAtKills = openAtKills,
        Seconds = Math.Round(seconds, 1),
        MessagesPerSecond = Math.Round(count.Accepted / seconds, 1),
    };
}
