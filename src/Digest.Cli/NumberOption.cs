using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Digest.Cli;

/// <summary>Whole numbers on the command line. What is none, or out of range, is refused with the range.</summary>
internal static class NumberOption
{
    /// <param name="name">As it is typed.</param>
    /// <param name="usual">When left out.</param>
    /// <param name="low">The least it takes.</param>
    /// <param name="high">The most it takes.</param>
    /// <param name="description">A sentence; the range follows it in the help.</param>
    public static Option<int> Create(string name, int usual, int low, int high, string description) => new(name)
    {
        Description = Describe(description, low, high),
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result => (int)(Read(result, name, low, high) ?? usual),
    };

    /// <summary>Nothing when left out.</summary>
    public static Option<int?> Optional(string name, int low, int high, string description) => new(name)
    {
        Description = Describe(description, low, high),
        HelpName = "N",
        CustomParser = result => (int?)Read(result, name, low, high),
    };

    /// <summary>What counts from 1 on.</summary>
    public static Argument<long> Id(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Read(result, name, 1, long.MaxValue) ?? 0,
    };

    private static string Describe(string description, int low, int high) => high == int.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"{description} {low} or more.")
        : string.Create(CultureInfo.InvariantCulture, $"{description} {low} to {high}.");

    private static long? Read(ArgumentResult result, string name, long low, long high)
    {
        // A custom parser and not a validator: the type's own conversion would name .NET types, and a validator that reads what
        // could not be converted throws.
        var text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            result.AddError($"{name} '{text}' is no whole number; it takes {Range(low, high)}.");
            return null;
        }

        if (number < low || number > high)
        {
            result.AddError($"{name} {text} is out of range; it takes {Range(low, high)}.");
            return null;
        }

        return number;
    }

    private static string Range(long low, long high) => high >= int.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"{low} or more")
        : string.Create(CultureInfo.InvariantCulture, $"{low} to {high}");
}
