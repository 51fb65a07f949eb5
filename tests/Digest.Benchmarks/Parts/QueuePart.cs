using System.Globalization;
using Digest.Benchmarks.Cluster;

namespace Digest.Benchmarks.Parts;

/// <summary>
/// Queueing an issue over a bare INSERT ... SELECT of the very rows that it made: into a plain table of the same columns
/// with the same primary key, and for comparison into one without any. The bare insert finds its rows ready; queueing
/// decides of each reader, refers to issue and reader, and keeps the indexes that claims walk.
/// </summary>
internal static class QueuePart
{
    private const string Insert = "insert into bare select * from digest.deliveries";

    private const string KeyColumns = """
        select string_agg(quote_ident(a.attname), ', ' order by k.place)
        from pg_index i
        cross join lateral unnest(i.indkey::int[]) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        where i.indrelid = 'digest.deliveries'::regclass and i.indisprimary
        """;

    public static async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var (queued, keyed, plain) = (new List<double>(), new List<double>(), new List<double>());
        for (var turn = 1; turn <= bench.Scale.QueueRepeats; turn++)
        {
            bench.Say($"queueing {bench.Scale.Million:N0}, {turn} of {bench.Scale.QueueRepeats}");
            await using var database = await bench.Cluster.CloneAsync(bench.Scale.Million, cancellationToken);
            // A subscriber's row has been read before, at the latest by the issue of the week before.
            await database.ExecuteAsync("select count(*) from digest.subscribers", cancellationToken);
            var (issue, took) = await SampleIssue.QueueAsync(database, DateTimeOffset.UtcNow, cancellationToken);
            queued.Add(took.TotalSeconds);
            bench.Queued(bench.Scale.Million, took);
            await RequireAllAsync(database, issue, bench.Scale.Million, cancellationToken);
            var key = await database.ScalarAsync<string>(KeyColumns, cancellationToken);
            keyed.Add(await InsertAsync(database, $", primary key ({key})", cancellationToken));
            plain.Add(await InsertAsync(database, "", cancellationToken));
        }

        bench.Measurements.Add("queueRatio", Median(queued) / Median(keyed), string.Create(CultureInfo.InvariantCulture,
            $"{bench.Scale.Million:N0} in {Median(queued):0.00} s over {Median(keyed):0.00} s with the same primary key ({Median(plain):0.00} s without any), medians of {queued.Count}"));
    }

    /// <exception cref="BenchException">Not every reader is queued.</exception>
    private static async Task RequireAllAsync(BenchDatabase database, long issue, int readers, CancellationToken cancellationToken)
    {
        var rows = await database.ScalarAsync<long>(
            "select count(*) from digest.deliveries where issue_id = $1 and state = 'queued'", cancellationToken, issue);
        if (rows != readers)
        {
            throw new BenchException($"Of {readers} readers {rows} are queued.");
        }
    }

    /// <returns>Seconds, with the commit.</returns>
    private static async Task<double> InsertAsync(BenchDatabase database, string key, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync($"create table bare (like digest.deliveries{key})", cancellationToken);
        await database.ExecuteAsync("checkpoint", cancellationToken);
        var begun = TimeProvider.System.GetTimestamp();
        await database.ExecuteAsync(Insert, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        await database.ExecuteAsync("drop table bare", cancellationToken);
        return took;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
