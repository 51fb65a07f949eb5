using System.Diagnostics;
using Digest.Benchmarks.Programs;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Sends;

/// <summary>One issue to all its readers: waits for the due instant, watches, measures, and counts what arrived.</summary>
internal static class Send
{
    /// <summary>A run in which nothing moves for so long is over.</summary>
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(10);

    /// <exception cref="BenchException">The run lost or doubled a message.</exception>
    /// <exception cref="BenchException">It came to a standstill.</exception>
    public static async Task<SendResult> RunAsync(Bench bench, SendPlan plan, ISink sink, CancellationToken cancellationToken)
    {
        var before = sink.Messages;
        await using var send = await QueuedSend.PrepareAsync(bench, plan, sink, cancellationToken);
        await WaitUntilAsync(send.Due - Tick, cancellationToken);
        var (worker, server) = ReadCpu(send);
        await WatchAsync(bench, send, () => sink.Messages - before, plan.Readers, cancellationToken);

        var (workerAfter, serverAfter) = ReadCpu(send);
        var peak = send.Workers.Max(process => WorkerProgram.PeakMegabytes(process.Id));
        await send.StopWorkersAsync();
        await SendLedger.RequireAllAcceptedAsync(send.Database, send.IssueId, plan.Readers, sink.Messages - before, sink, cancellationToken);
        var slices = await SendLedger.SlicesAsync(send.Database, send.IssueId, cancellationToken);
        return new SendResult(plan.Readers, slices, peak, workerAfter - worker, serverAfter - server);
    }

    private static async Task WaitUntilAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        var wait = instant - DateTimeOffset.UtcNow;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, cancellationToken);
        }
    }

    private static (double Worker, double Server) ReadCpu(QueuedSend send) =>
        (send.Workers.Sum(process => CpuTime.Of(process.Id)), CpuTime.OfServer(send.Postmaster));

    /// <summary>Until the workers have completed the issue. The ledger itself is left alone: to count it would cost what is measured.</summary>
    private static async Task WatchAsync(Bench bench, QueuedSend send, Func<long> messages, int readers, CancellationToken cancellationToken)
    {
        var (moved, reported, last) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), 0L);
        while (await SendLedger.IssueStateAsync(send.Database, send.IssueId, cancellationToken) is var state and not "sent")
        {
            send.RequireWorkers();
            var now = messages();
            if (now != last)
            {
                (last, moved) = (now, Stopwatch.GetTimestamp());
            }

            if (Stopwatch.GetElapsedTime(moved) > LongestStandstill)
            {
                throw new BenchException($"Nothing has moved for {LongestStandstill.TotalSeconds} s: "
                    + $"the issue is {state} and the sink took {last} of {readers} messages. The worker's last line: {send.Workers[0].LastLine()}");
            }

            if (Stopwatch.GetElapsedTime(reported) > BetweenReports)
            {
                reported = Stopwatch.GetTimestamp();
                bench.Say($"  {last:N0} of {readers:N0}");
            }

            await Task.Delay(Tick, cancellationToken);
        }
    }
}
