using Digest.Benchmarks.Cluster;
using Digest.Benchmarks.Programs;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Sends;

/// <summary>An issue with every delivery queued for an instant to come, and idle workers that wait for it.</summary>
internal sealed class QueuedSend : IAsyncDisposable
{
    private readonly List<Child> workers = [];

    private QueuedSend(BenchDatabase database, int postmaster)
    {
        Database = database;
        Postmaster = postmaster;
    }

    public BenchDatabase Database { get; }

    /// <summary>PostgreSQL's first process.</summary>
    public int Postmaster { get; }

    public IReadOnlyList<Child> Workers => workers;

    public long IssueId { get; private set; }

    /// <summary>When the deliveries fall due; not before they are committed.</summary>
    public DateTimeOffset Due { get; private set; }

    /// <summary>Since when the workers are ready.</summary>
    public DateTimeOffset Idle { get; private set; }

    /// <exception cref="BenchException">A worker does not start.</exception>
    public static async Task<QueuedSend> PrepareAsync(Bench bench, SendPlan plan, ISink sink, CancellationToken cancellationToken)
    {
        var send = new QueuedSend(await bench.Cluster.CloneAsync(plan.Readers, cancellationToken), bench.Cluster.ProcessId);
        try
        {
            await send.StartWorkersAsync(bench, plan, sink.Port, cancellationToken);
            await send.QueueAsync(bench, plan.Readers, cancellationToken);
            return send;
        }
        catch
        {
            await send.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the workers, as a host's stop does, and drops the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopWorkersAsync();
        await Database.DisposeAsync();
    }

    public async Task StopWorkersAsync()
    {
        await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask()));
        workers.Clear();
    }

    /// <exception cref="BenchException">A worker has ended.</exception>
    public void RequireWorkers()
    {
        if (workers.Find(worker => worker.HasExited) is { } ended)
        {
            throw new BenchException($"A worker ended: {ended.LastLine()}");
        }
    }

    private async Task StartWorkersAsync(Bench bench, SendPlan plan, int port, CancellationToken cancellationToken)
    {
        var settings = BenchSettings.Worker(Database.ConnectionString, port, plan.Connections, plan.Signed);
        foreach (var (name, value) in bench.Options.Settings)
        {
            settings[name] = value;
        }

        for (var number = 1; number <= plan.Workers; number++)
        {
            workers.Add(await WorkerProgram.StartAsync(settings, Path.Combine(bench.Cluster.Folder, $"worker-{Guid.NewGuid():N}.log")));
        }

        while (await Database.ScalarAsync<long>("select count(*) from digest.sending_workers", cancellationToken) < plan.Workers)
        {
            RequireWorkers();
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        Idle = DateTimeOffset.UtcNow;
    }

    private async Task QueueAsync(Bench bench, int readers, CancellationToken cancellationToken)
    {
        var wanted = DateTimeOffset.UtcNow + bench.LeadOf(readers);
        await Database.ExecuteAsync("update digest.issues set due_at = $1", cancellationToken, wanted);
        (IssueId, var took) = await SampleIssue.QueueAsync(Database, wanted, cancellationToken);
        bench.Queued(readers, took);
        var queued = DateTimeOffset.UtcNow;
        Due = wanted > queued ? wanted : queued;
    }
}
