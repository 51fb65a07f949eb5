namespace Digest.Benchmarks.Parts;

/// <summary>Figures that are measured together.</summary>
/// <param name="Name">For <c>--only</c>.</param>
/// <param name="Keys">The figures.</param>
/// <param name="RunAsync">Measures them.</param>
internal sealed record Part(string Name, IReadOnlyList<string> Keys, Func<Bench, CancellationToken, Task> RunAsync)
{
    /// <summary>In the order in which they run.</summary>
    public static readonly IReadOnlyList<Part> All =
    [
        new("unsigned", ["unsignedRatio", "cpuMsPerMessage", "peakMb100k"], SpeedPart.RunUnsignedAsync),
        new("signed", ["signedRatio"], SpeedPart.RunSignedAsync),
        new("queue", ["queueRatio"], QueuePart.RunAsync),
        new("million", ["peakMb1m", "lastTenthRatio"], MillionPart.RunAsync),
        new("slow", ["slowSinkShare"], SlowSinkPart.RunAsync),
        new("workers", ["twoWorkersRatio"], TwoWorkersPart.RunAsync),
        new("first", ["firstRcptSeconds"], FirstRecipientPart.RunAsync),
    ];

    /// <summary>Whether <c>--only</c> means this part, by its name or by a figure's.</summary>
    public bool IsNamed(string name) => Name == name || Keys.Contains(name);
}
