using System.Diagnostics;
using System.Globalization;
using System.Text;
using Digest.Cli.Demo;
using Digest.Data;
using Digest.Deliveries;
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
        await using var services = await CliConfiguration.ServicesAsync(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), cancellationToken);
        var newsletter = await LoadAsync(services, cancellationToken);
        var sender = new DemoIssue(services, newsletter, progress);
        var issue = await sender.AssembleAndQueueAsync(cancellationToken);

        var doubts = ActivatorUtilities.CreateInstance<DrillDoubts>(services);
        await doubts.RememberAsync(cancellationToken);
        await using var crew = new DrillCrew(options, settings, mail, progress);
        var watch = Stopwatch.StartNew();
        await crew.StartAsync();
        if (!await IsSettledAsync(crew, sender, issue, cancellationToken))
        {
            await crew.EndAsync();
            throw new VerbException(await StateAsync(services, crew, issue, cancellationToken));
        }

        var seconds = watch.Elapsed.TotalSeconds;

        var count = await ActivatorUtilities.CreateInstance<DrillCount>(services)
            .RunAsync(newsletter, issue.Id, options.Readers, mail.All, cancellationToken);
        return Report(count, crew.Killed, await doubts.CountAsync(issue.Id, cancellationToken), seconds);
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

    /// <returns>False when patience ran out before.</returns>
    private async Task<bool> IsSettledAsync(DrillCrew crew, DemoIssue sender, Issue issue, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Patience);
        try
        {
            await UntilSettledAsync(crew, sender, issue, patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<string> StateAsync(ServiceProvider services, DrillCrew crew, Issue issue, CancellationToken cancellationToken)
    {
        var ledger = await services.GetRequiredService<IssueProgress>().ReadAsync(issue.Id, cancellationToken);
        var states = ledger.ByState.OrderBy(state => state.Key).Select(state => $"{state.Value} {SnakeCase.Of(state.Key).Replace('_', ' ')}");
        return string.Create(CultureInfo.InvariantCulture,
            $"The drill was not over after {options.Patience.TotalMinutes:0.#} minutes and was ended: of {ledger.Queued} deliveries "
            + $"{string.Join(", ", states)}; {crew.Killed.Count} of {options.Kills} kills done (--seed {options.Seed}). "
            + $"Give it more time with --minutes, or look for what stood still.");
    }

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

    private DrillReport Report(
        DrillCounts count, IReadOnlyList<DrillWorker> killed, IReadOnlyDictionary<int, int> doubts, double seconds) => new()
        {
            Readers = options.Readers,
            Workers = options.Workers,
            Connections = options.Connections,
            Kills = killed.Count,
            Seed = options.Seed,
            Accepted = count.Accepted,
            InDoubt = count.InDoubt,
            InDoubtReceived = count.InDoubtReceived,
            Lost = count.Lost,
            Doubled = count.Doubled,
            OpenAtKills = [.. killed.Select(worker => worker.OpenAtKill)],
            InDoubtAtKills = [.. killed.Select(worker => doubts.GetValueOrDefault(worker.Number))],
            Seconds = Math.Round(seconds, 1),
            MessagesPerSecond = Math.Round(count.Accepted / seconds, 1),
        };
}
