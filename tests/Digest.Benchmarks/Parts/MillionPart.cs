using System.Globalization;
using Digest.Benchmarks.Sends;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Parts;

/// <summary>The largest issue: whether its last tenth goes as fast as its first, and what it takes of memory.</summary>
internal static class MillionPart
{
    private const int Connections = 10;

    /// <summary>Connections are opened and code is compiled; what begins within these is left out, at most half of the first tenth.</summary>
    private const double WarmUpSeconds = 5;

    public static async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var sink = await SmtpSink.StartAsync(await bench.PostfixAsync(cancellationToken), bench.Cluster.Folder, cancellationToken);
        bench.Say($"our worker, {bench.Scale.Million:N0} recipients");
        var result = await Send.RunAsync(bench, new SendPlan(bench.Scale.Million, Connections), sink, cancellationToken);

        bench.Measurements.Add("peakMb1m", result.PeakMegabytes, string.Create(CultureInfo.InvariantCulture, $"VmHWM after {result.Readers:N0} recipients"));
        var warm = 1 + result.Slices.Take(4).Count(slice => slice.Until < WarmUpSeconds);
        var (first, last) = (result.RateOf(warm, 10), result.RateOf(90, 100));
        var tenths = Enumerable.Range(0, 10).Select(tenth => result.RateOf(tenth * 10, (tenth + 1) * 10).ToString("N0", CultureInfo.InvariantCulture));
        bench.Measurements.Add("lastTenthRatio", last / first, string.Create(CultureInfo.InvariantCulture,
            $"{last:N0}/s over {first:N0}/s (without its first {warm} of 10); tenths of {result.Readers:N0}: {string.Join(" ", tenths)}"));
    }
}
