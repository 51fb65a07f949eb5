namespace Digest.Benchmarks;

/// <summary>How much is sent for each figure.</summary>
internal sealed record Scale
{
    public static readonly Scale Full = new();

    /// <summary>About two minutes in all: shows that everything works, and figures that are rough.</summary>
    public static readonly Scale Quick = new()
    {
        Unsigned = 10_000,
        Signed = 4_000,
        Source = 8_000,
        Million = 60_000,
        SlowSink = 12_000,
        TwoWorkers = 5_000,
        QueueRepeats = 2,
    };

    public int Unsigned { get; private init; } = 100_000;

    public int Signed { get; private init; } = 100_000;

    /// <summary>Messages of smtp-source, before and again after a send.</summary>
    public int Source { get; private init; } = 30_000;

    public int Million { get; private init; } = 1_000_000;

    public int SlowSink { get; private init; } = 100_000;

    public int TwoWorkers { get; private init; } = 20_000;

    /// <summary>Times that queueing is measured; the figure is from the medians.</summary>
    public int QueueRepeats { get; private init; } = 3;
}
