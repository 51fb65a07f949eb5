using System.Text.Json;

namespace Digest.Benchmarks.Report;

/// <summary>The figures of one run: a value and what it was computed from, or why there is none.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, (double? Value, string From)> values = [];

    public void Add(string key, double value, string from) => values[key] = (value, from);

    public void Miss(string key, string why) => values.TryAdd(key, (null, why));

    public (double? Value, string From) Of(Figure figure) => values.GetValueOrDefault(figure.Key, (null, "not asked for"));

    /// <summary>One object; what is missing is null.</summary>
    public string ToJson() => JsonSerializer.Serialize(Figure.All.ToDictionary(
        figure => figure.Key, figure => Of(figure).Value is { } value ? Math.Round(value, 4) : (double?)null));
}
