namespace Digest.Benchmarks.Sends;

/// <summary>A hundredth of the accepted deliveries, in the order in which they were settled.</summary>
/// <param name="Count">Deliveries.</param>
/// <param name="Until">Seconds from the first settled one of all to the last of these.</param>
internal sealed record Slice(long Count, double Until);

/// <summary>What a send showed in which each delivery was accepted once.</summary>
/// <param name="Readers">Deliveries.</param>
/// <param name="Slices">A hundred at most, by the ledger.</param>
/// <param name="PeakMegabytes">Most memory that a worker has held, in units of 1,000,000 bytes.</param>
/// <param name="WorkerCpuSeconds">User and system time of the workers from the due instant to the end.</param>
/// <param name="ServerCpuSeconds">The same of all of PostgreSQL's processes.</param>
internal sealed record SendResult(
    int Readers, IReadOnlyList<Slice> Slices, double PeakMegabytes, double WorkerCpuSeconds, double ServerCpuSeconds)
{
    /// <summary>From the first settled delivery to the last.</summary>
    public double Seconds => Slices[^1].Until;

    /// <summary>Messages a second.</summary>
    public double Rate => (Readers - 1) / Seconds;

    public double CpuMillisecondsPerMessage => (WorkerCpuSeconds + ServerCpuSeconds) * 1000 / Readers;

    /// <summary>Messages a second in some of the slices.</summary>
    /// <param name="from">The first of them, from 0.</param>
    /// <param name="to">The one after the last of them.</param>
    public double RateOf(int from, int to) =>
        Slices.Skip(from).Take(to - from).Sum(slice => slice.Count) / (Slices[to - 1].Until - (from == 0 ? 0 : Slices[from - 1].Until));
}
