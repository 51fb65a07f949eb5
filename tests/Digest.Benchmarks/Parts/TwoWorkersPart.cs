using System.Globalization;
using Digest.Benchmarks.Sends;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Parts;

/// <summary>
/// Whether a second worker process doubles the speed where the relay is the limit: the same readers over twice the
/// connections, with nobody to share out the work.
/// </summary>
internal static class TwoWorkersPart
{
    private const int Connections = 50;

    public static async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var one = await RateAsync(bench, workers: 1, cancellationToken);
        var two = await RateAsync(bench, workers: 2, cancellationToken);
        bench.Measurements.Add("twoWorkersRatio", two / one, string.Create(CultureInfo.InvariantCulture,
            $"{two:N0}/s over {one:N0}/s, {Connections} connections each ({Connections / SlowSinkPart.Delay.TotalSeconds:N0}/s possible), {bench.Scale.TwoWorkers:N0} recipients"));
    }

    private static async Task<double> RateAsync(Bench bench, int workers, CancellationToken cancellationToken)
    {
        await using var sink = new DelaySink(SlowSinkPart.Delay, bench.Scale.TwoWorkers);
        bench.Say($"{workers} of our workers, {bench.Scale.TwoWorkers:N0} recipients");
        return (await Send.RunAsync(bench, new SendPlan(bench.Scale.TwoWorkers, Connections, workers), sink, cancellationToken)).Rate;
    }
}
