using Digest.Cli.Demo;
using Digest.Local.Mailbox;

namespace Digest.Cli.Drill;

/// <summary>The workers of a drill: kept at their number, and killed at random instants.</summary>
internal sealed class DrillCrew(
    DrillOptions options, IReadOnlyDictionary<string, string?> settings, MailStore mail, DemoProgress progress) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly Random random = new(options.Seed);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("digest-drill-");
    private readonly List<DrillWorker> workers = [];
    private readonly List<DrillWorker> killed = [];
    private int started;

    /// <summary>Those that were killed, in that order; each connection that one had open may leave one message in doubt.</summary>
    public IReadOnlyList<DrillWorker> Killed => killed;

    public async Task StartAsync()
    {
        while (workers.Count < options.Workers)
        {
            workers.Add(await StartWorkerAsync());
        }
    }

    /// <summary>Kills on the way, and runs until it is told that all is settled.</summary>
    /// <exception cref="VerbException">A worker ended by itself.</exception>
    public async Task RunAsync(CancellationToken settled)
    {
        // Spread over the send, wherever the machine makes it slow or fast.
        var points = new Queue<int>(Enumerable.Range(0, options.Kills)
            .Select(_ => random.Next(options.Readers / 100, options.Readers * 95 / 100)).Order());
        using var tick = new PeriodicTimer(Tick);
        while (await tick.WaitForNextTickAsync(settled))
        {
            RefuseEnded();
            if (points.TryPeek(out var point) && mail.Accepted >= point && workers.FindAll(worker => worker.IsSending) is { Count: > 0 } sending)
            {
                points.Dequeue();
                // Otherwise it would always be the instant at which a message has just arrived.
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 20), settled);
                await ReplaceAsync(sending[random.Next(sending.Count)]);
                progress.Say($"killed a worker at {mail.Accepted} of {options.Readers}; {points.Count} to go");
            }
        }
    }

    /// <summary>Ends every worker and waits for its end.</summary>
    public async Task EndAsync()
    {
        foreach (var worker in workers)
        {
            await worker.EndAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers.Concat(killed))
        {
            await worker.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private async Task ReplaceAsync(DrillWorker victim)
    {
        victim.Kill();
        killed.Add(victim);
        workers[workers.IndexOf(victim)] = await StartWorkerAsync();
    }

    private Task<DrillWorker> StartWorkerAsync() => DrillWorker.StartAsync(++started, settings, mail, folder.FullName);

    private void RefuseEnded()
    {
        if (workers.Find(worker => worker.HasExited) is { } ended)
        {
            throw new VerbException($"A worker of the drill ended by itself. It said: {ended.LastWords.Trim()}");
        }
    }
}
