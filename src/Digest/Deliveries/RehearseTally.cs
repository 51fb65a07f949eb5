using System.Globalization;

namespace Digest.Deliveries;

/// <summary>What a rehearsal counts; pages are added by several threads.</summary>
internal sealed class RehearseTally
{
    private const int ToldReasons = 5;

    private readonly Lock gate = new();

    /// <summary>Messages by their size: readers differ in some bytes, so these are a few hundred sizes.</summary>
    private readonly SortedDictionary<int, int> sizes = [];

    private readonly Dictionary<string, int> reasons = [];
    private readonly SortedDictionary<DateTimeOffset, int> waves = [];

    public int Candidates { get; set; }

    public int Written { get; private set; }

    public int Failed { get; private set; }

    public int LargestBytes => sizes.Count == 0 ? 0 : sizes.Last().Key;

    /// <summary>Who would be queued, by when they are due, earliest first.</summary>
    public IReadOnlyList<(DateTimeOffset DueAt, int Count)> Waves => [.. waves.Select(wave => (wave.Key, wave.Value))];

    /// <summary>The most frequent reasons, each with its number of readers.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. reasons.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal).Take(ToldReasons)
            .Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value:N0} {(reason.Value == 1 ? "reader" : "readers")}: {reason.Key}")),
    ];

    /// <summary>A page of messages: what each reader's took, or why there is none.</summary>
    public void Add(IReadOnlyList<(RehearsedReader Reader, int Bytes, string? Failure)> page)
    {
        lock (gate)
        {
            foreach (var (reader, bytes, failure) in page)
            {
                waves[reader.DueAt] = waves.GetValueOrDefault(reader.DueAt) + 1;
                if (failure is null)
                {
                    Written++;
                    sizes[bytes] = sizes.GetValueOrDefault(bytes) + 1;
                }
                else
                {
                    Failed++;
                    reasons[failure] = reasons.GetValueOrDefault(failure) + 1;
                }
            }
        }
    }

    /// <summary>The size that so many of a hundred messages do not exceed.</summary>
    public int PercentileBytes(int percent)
    {
        var (rank, seen) = ((int)Math.Ceiling(Written * percent / 100.0), 0);
        foreach (var (bytes, count) in sizes)
        {
            seen += count;
            if (seen >= rank)
            {
                return bytes;
            }
        }

        return 0;
    }
}
