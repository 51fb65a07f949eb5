using System.Text.Json;

namespace Digest.Benchmarks.Report;

/// <summary>The figures of one run: a value and what it was computed from, or why there is none.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, (double? Value, string From)> values = [];

    public void Add(string key, double value, string from) => values[key] = (value, from);

    public void Miss(string key, string why) => values.TryAdd(key, (null, why));

    /// <summary>What was asked for, in the order of <see cref="Figure.All"/>.</summary>
    public IEnumerable<(Figure Figure, double? Value, string From)> Asked =>
        Figure.All.Where(figure => values.ContainsKey(figure.Key)).Select(figure => (figure, values[figure.Key].Value, values[figure.Key].From));

    public double? ValueOf(string? key) => key is null ? null : values.GetValueOrDefault(key).Value;

    /// <summary>One object; what is missing is null.</summary>
    public string ToJson() => JsonSerializer.Serialize(Figure.All.ToDictionary(
        figure => figure.Key, figure => ValueOf(figure.Key) is { } value ? Math.Round(value, 4) : (double?)null));
}
