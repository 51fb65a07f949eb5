using System.Globalization;
using Digest.Benchmarks.Sends;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Parts;

/// <summary>How long after the due instant an idle worker begins, with everything queued. What comes after the first RCPT is not waited for.</summary>
internal static class FirstRecipientPart
{
    private const int Connections = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var sink = new DelaySink(TimeSpan.Zero, bench.Scale.Million);
        bench.Say($"{bench.Scale.Million:N0} queued for an instant to come");
        await using var send = await QueuedSend.PrepareAsync(bench, new SendPlan(bench.Scale.Million, Connections), sink, cancellationToken);
        var first = await FirstAsync(send, sink, cancellationToken);
        await send.StopWorkersAsync();
        bench.Measurements.Add("firstRcptSeconds", (first - send.Due).TotalSeconds, string.Create(CultureInfo.InvariantCulture,
            $"{bench.Scale.Million:N0} queued, worker idle since {(send.Due - send.Idle).TotalSeconds:0} s before"));
    }

    private static async Task<DateTimeOffset> FirstAsync(QueuedSend send, DelaySink sink, CancellationToken cancellationToken)
    {
        try
        {
            return await sink.FirstRecipient.WaitAsync(send.Due - DateTimeOffset.UtcNow + Longest, cancellationToken);
        }
        catch (TimeoutException)
        {
            send.RequireWorkers();
            throw new BenchException($"No RCPT came within {Longest.TotalMinutes} minutes of the due instant. The worker's last line: {send.Workers[0].LastLine()}");
        }
    }
}
