using System.Globalization;

namespace Digest.Cli;

/// <summary>A number with its noun, as a sentence says it.</summary>
internal static class Counted
{
    public static string Of(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
