using System.Globalization;
using Digest.Benchmarks.Programs;
using Digest.Benchmarks.Sends;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Parts;

/// <summary>
/// One worker with ten connections against smtp-sink, over smtp-source with as many, which sends as many bytes to the same
/// sink: right before and right after, so that a machine that slows down slows both.
/// </summary>
internal static class SpeedPart
{
    private const int Connections = 10;

    public static async Task RunUnsignedAsync(Bench bench, CancellationToken cancellationToken)
    {
        var (result, ratio, from) = await MeasureAsync(bench, bench.Scale.Unsigned, signed: false, cancellationToken);
        bench.Measurements.Add("unsignedRatio", ratio, from);
        bench.Measurements.Add("cpuMsPerMessage", result.CpuMillisecondsPerMessage, string.Create(CultureInfo.InvariantCulture,
            $"worker {result.WorkerCpuSeconds * 1000 / result.Readers:0.000} ms + PostgreSQL {result.ServerCpuSeconds * 1000 / result.Readers:0.000} ms, {result.Readers:N0} messages"));
        bench.Measurements.Add("peakMb100k", result.PeakMegabytes, string.Create(CultureInfo.InvariantCulture, $"VmHWM after {result.Readers:N0} recipients"));
    }

    public static async Task RunSignedAsync(Bench bench, CancellationToken cancellationToken)
    {
        var (_, ratio, from) = await MeasureAsync(bench, bench.Scale.Signed, signed: true, cancellationToken);
        bench.Measurements.Add("signedRatio", ratio, from);
    }

    private static async Task<(SendResult Result, double Ratio, string From)> MeasureAsync(
        Bench bench, int readers, bool signed, CancellationToken cancellationToken)
    {
        var postfix = await bench.PostfixAsync(cancellationToken);
        var source = new SmtpSource(postfix);
        var bytes = await WireSample.MeasureAsync(bench, signed, cancellationToken);
        var payload = bytes - await source.MeasureHeaderAsync(cancellationToken);
        await using var sink = await SmtpSink.StartAsync(postfix, bench.Cluster.Folder, cancellationToken);

        bench.Say($"smtp-source, {bench.Scale.Source:N0} messages of {bytes:N0} bytes");
        var before = await source.MeasureAsync(sink, bench.Scale.Source, payload, cancellationToken);
        bench.Say($"our worker, {readers:N0} recipients");
        var result = await Send.RunAsync(bench, new SendPlan(readers, Connections, Signed: signed), sink, cancellationToken);
        bench.Say("smtp-source again");
        var after = await source.MeasureAsync(sink, bench.Scale.Source, payload, cancellationToken);

        var limit = (before + after) / 2;
        return (result, result.Rate / limit, string.Create(CultureInfo.InvariantCulture,
            $"{result.Rate:N0}/s ({readers:N0} in {result.Seconds:0.0} s) over {limit:N0}/s ({before:N0} before, {after:N0} after), {bytes:N0} bytes a message"));
    }
}
