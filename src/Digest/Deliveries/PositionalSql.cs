using System.Text.RegularExpressions;

namespace Digest.Deliveries;

/// <summary>
/// SQL that is written with names and sent with numbers: Npgsql takes named parameters apart anew at each execution, which
/// counts in a statement that runs a thousand times a second.
/// </summary>
internal static partial class PositionalSql
{
    /// <param name="named">With parameters as <c>@name</c>.</param>
    /// <param name="names">In the order in which the parameters are added.</param>
    /// <exception cref="ArgumentException">A parameter has no place in the order.</exception>
    public static string Of(string named, IReadOnlyList<string> names) => Parameter().Replace(named, match =>
    {
        var place = names.IndexOf(match.Groups[1].Value);
        return place >= 0 ? $"${place + 1}" : throw new ArgumentException($"{match.Value} is not among the parameters.", nameof(names));
    });

    private static int IndexOf(this IReadOnlyList<string> names, string name) =>
        Enumerable.Range(0, names.Count).FirstOrDefault(place => names[place] == name, -1);

    [GeneratedRegex(@"@(\w+)")]
    private static partial Regex Parameter();
}
