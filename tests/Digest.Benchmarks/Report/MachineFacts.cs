using System.Globalization;
using Digest.Benchmarks.Cluster;
using Digest.Benchmarks.Programs;

namespace Digest.Benchmarks.Report;

/// <summary>What a figure must be read with: the machine, what else it was doing, and which version was measured.</summary>
internal static class MachineFacts
{
    private const int Commits = 300;

    private static readonly string Root = Checkout.PathOf("");

    public static async Task<string> DescribeAsync(BenchCluster cluster, CancellationToken cancellationToken) => $"""
        Machine     {First("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {Memory()} of memory, {await DiskAsync(cluster, cancellationToken)}
        Load        {File.ReadAllText("/proc/loadavg").Split(' ')[0]} when the run began{Busy()}
        PostgreSQL  {await cluster.Administration.ScalarAsync<string>("show server_version", cancellationToken)}, {await DurabilityAsync(cluster, cancellationToken)}
        Commit      {await CommitAsync(cancellationToken)}
        """;

    private static string First(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static string Memory() => string.Create(CultureInfo.InvariantCulture,
        $"{long.Parse(First("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1e9:0} GB");

    private static string Busy() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) > Environment.ProcessorCount / 2.0
            ? ": other programs take part of the machine, and the figures are worse for it" : "";

    /// <summary>A commit that waits for the disk: where it costs nothing, durability is not what it seems.</summary>
    private static async Task<string> DiskAsync(BenchCluster cluster, CancellationToken cancellationToken)
    {
        await cluster.Administration.ExecuteAsync("create table commits (id int)", cancellationToken);
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Commits; i++)
        {
            await cluster.Administration.ExecuteAsync("insert into commits values (1)", cancellationToken);
        }

        var took = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds / Commits;
        await cluster.Administration.ExecuteAsync("drop table commits", cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{took:0.00} ms a durable commit");
    }

    private static async Task<string> DurabilityAsync(BenchCluster cluster, CancellationToken cancellationToken) => string.Join(", ", await cluster.Administration
        .RowsAsync(
            "select name || ' ' || current_setting(name) from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers') order by name",
            row => row.GetString(0), cancellationToken));

    private static async Task<string> CommitAsync(CancellationToken cancellationToken)
    {
        var head = await ProgramRun.RunAsync(["git", "-C", Root, "rev-parse", "--short=10", "HEAD"], cancellationToken);
        if (head.ExitCode != 0)
        {
            return "unknown";
        }

        var changes = await ProgramRun.RunAsync(["git", "-C", Root, "status", "--porcelain", "--untracked-files=no"], cancellationToken);
        return head.LastLine + (changes.Output.Length > 0 ? " with changes not committed" : "");
    }
}
