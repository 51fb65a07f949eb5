using System.Globalization;

namespace Digest.Benchmarks.Report;

/// <summary>One question, and the goal that its answer is held against.</summary>
/// <param name="Key">Its name in the JSON.</param>
/// <param name="Question">What is measured.</param>
/// <param name="Goal">A bound.</param>
/// <param name="AtLeast">Whether the bound is the least good value, or else the most.</param>
/// <param name="Format">Of value and goal, with the unit.</param>
/// <param name="SameAs">Key of a figure that this one must not exceed by more than <see cref="Tolerance"/>; or none.</param>
internal sealed record Figure(string Key, string Question, double Goal, bool AtLeast, string Format, string? SameAs = null)
{
    private const double Tolerance = 0.1;

    public static readonly IReadOnlyList<Figure> All =
    [
        new("unsignedRatio", "unsigned, over smtp-source", 0.70, true, "0.00"),
        new("signedRatio", "DKIM rsa-2048 signed, over smtp-source", 0.40, true, "0.00"),
        new("cpuMsPerMessage", "CPU of worker and PostgreSQL a message", 0.25, false, "0.000 'ms'"),
        new("peakMb100k", "peak memory of the worker, unsigned run", 250, false, "0 'MB'"),
        new("peakMb1m", "the same, largest run", 250, false, "0 'MB'", SameAs: "peakMb100k"),
        new("queueRatio", "queueing over a bare INSERT ... SELECT", 2, false, "0.00'x'"),
        new("lastTenthRatio", "messages/s, last tenth over first", 0.95, true, "0.00"),
        new("slowSinkShare", "50 ms sink, 200 connections: share of 4000/s", 0.85, true, "0.00"),
        new("twoWorkersRatio", "50 ms sink: two workers over one", 1.9, true, "0.00'x'"),
        new("firstRcptSeconds", "due instant to first RCPT", 2, false, "0.00 's'"),
    ];

    public string GoalText => $"{(AtLeast ? ">=" : "<=")} {Text(Goal)}{(SameAs is null ? "" : ", same")}";

    /// <param name="value">This figure's.</param>
    /// <param name="same">The one's that it must be the same as, where it was measured.</param>
    public bool IsMet(double value, double? same) =>
        (AtLeast ? value >= Goal : value <= Goal) && (same is null || value <= same * (1 + Tolerance));

    public string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}
