using System.Diagnostics;
using Digest.Benchmarks.Cluster;
using Digest.Benchmarks.Programs;
using Digest.Benchmarks.Report;

namespace Digest.Benchmarks;

/// <summary>What all parts of one run share.</summary>
internal sealed class Bench(BenchOptions options, BenchCluster cluster)
{
    private static readonly TimeSpan LeastLead = TimeSpan.FromSeconds(3);

    /// <summary>Fewer rows tell nothing of what a row takes.</summary>
    private const int TellingRows = 10_000;

    private readonly long begun = Stopwatch.GetTimestamp();
    private PostfixPrograms? postfix;
    private TimeSpan perRow = TimeSpan.FromMicroseconds(50);

    public BenchOptions Options => options;

    public Scale Scale => options.Scale;

    public BenchCluster Cluster => cluster;

    public Measurements Measurements { get; } = new();

    /// <summary>A line of progress on standard error.</summary>
    public void Say(string line) => Console.Error.WriteLine($"bench {Stopwatch.GetElapsedTime(begun):mm\\:ss}  {line}");

    /// <exception cref="UnavailableException">They cannot be had; said anew to each part that asks.</exception>
    public async Task<PostfixPrograms> PostfixAsync(CancellationToken cancellationToken) =>
        postfix ??= await PostfixPrograms.FindOrUnpackAsync(Path.Combine(Checkout.Home, "postfix"), Say, cancellationToken);

    /// <summary>From the call of queueing to the due instant: what so many rows may take, learnt from the rows before.</summary>
    public TimeSpan LeadOf(int readers) => LeastLead + (perRow * readers * 1.5);

    public void Queued(int readers, TimeSpan took)
    {
        if (readers >= TellingRows)
        {
            perRow = took / readers;
        }
    }
}
