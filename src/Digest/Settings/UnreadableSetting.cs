using System.Text.RegularExpressions;

namespace Digest.Settings;

/// <summary>What the configuration binder says of a text that it could not read, in words for whoever wrote it.</summary>
internal static partial class UnreadableSetting
{
    /// <param name="message">The binder's: it names the setting and a .NET type. Its value is not repeated.</param>
    public static string Describe(string message)
    {
        if (Conversion().Match(message) is not { Success: true } match)
        {
            return message;
        }

        var (setting, typeName) = (match.Groups[1].Value, match.Groups[2].Value);
        return $"{setting} must be {Kind(typeName)}.";
    }

    private static string Kind(string typeName) => typeName switch
    {
        "System.Boolean" => "true or false",
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" or "System.Decimal" => "a number",
        "System.DateOnly" => "a date as yyyy-MM-dd",
        "System.TimeSpan" => "a duration as hh:mm:ss",
        _ when typeof(UnreadableSetting).Assembly.GetType(typeName) is { IsEnum: true } words => $"one of {string.Join(", ", Enum.GetNames(words))}",
        _ => "something else: its value cannot be read",
    };

    // "Failed to convert configuration value 'maybe' at 'Digest:X:Y' to type 'System.Boolean'."; what may be left out is a Nullable.
    [GeneratedRegex(@"at '([^']+)' to type '(?:System\.Nullable`1\[)?([\w.]+)\]?'")]
    private static partial Regex Conversion();
}
