using System.Globalization;
using Digest.Benchmarks.Sends;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Parts;

/// <summary>A relay that takes its time: only many connections make it fast, and they must all be kept busy.</summary>
internal static class SlowSinkPart
{
    private const int Connections = 200;

    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var sink = new DelaySink(Delay, bench.Scale.SlowSink);
        bench.Say($"our worker with {Connections} connections, {bench.Scale.SlowSink:N0} recipients");
        var result = await Send.RunAsync(bench, new SendPlan(bench.Scale.SlowSink, Connections), sink, cancellationToken);

        var possible = Connections / Delay.TotalSeconds;
        bench.Measurements.Add("slowSinkShare", result.Rate / possible, string.Create(CultureInfo.InvariantCulture,
            $"{result.Rate:N0}/s ({result.Readers:N0} in {result.Seconds:0.0} s) of {possible:N0}/s; a reply came {sink.MeanDelay.TotalMilliseconds:0.0} ms after its dot"));
    }
}
