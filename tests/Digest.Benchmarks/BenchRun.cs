using Digest.Benchmarks.Cluster;
using Digest.Benchmarks.Parts;
using Digest.Benchmarks.Report;

namespace Digest.Benchmarks;

/// <summary>All parts, or the one that was asked for, over a cluster that exists for as long as they run.</summary>
internal static class BenchRun
{
    /// <returns>1 when a run lost or doubled mail or did not come to its end, else 0.</returns>
    public static async Task<int> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        await using var cluster = await BenchCluster.StartAsync(line => Console.Error.WriteLine($"bench: {line}"), cancellationToken);
        var bench = new Bench(options, cluster);
        var facts = await MachineFacts.DescribeAsync(cluster, cancellationToken);
        var code = 0;
        foreach (var part in Part.All.Where(part => options.Only is null || part.IsNamed(options.Only)))
        {
            bench.Say($"{part.Name}");
            code = Math.Max(code, await RunAsync(bench, part, cancellationToken));
        }

        Console.WriteLine(facts);
        Console.WriteLine();
        Console.Write(Table.Of(bench.Measurements));
        if (options.Json)
        {
            Console.WriteLine(bench.Measurements.ToJson());
        }

        return code;
    }

    private static async Task<int> RunAsync(Bench bench, Part part, CancellationToken cancellationToken)
    {
        try
        {
            await part.RunAsync(bench, cancellationToken);
            return 0;
        }
        catch (BenchException error)
        {
            bench.Say($"{part.Name}: {error.Message}");
            foreach (var key in part.Keys)
            {
                bench.Measurements.Miss(key, error.Message);
            }

            return error is UnavailableException ? 0 : 1;
        }
    }
}
