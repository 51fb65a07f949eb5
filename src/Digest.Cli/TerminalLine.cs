using System.Globalization;

namespace Digest.Cli;

/// <summary>A line of a list that ends in words of any length, cut where the terminal ends; to a file or a pipe it goes whole.</summary>
internal static class TerminalLine
{
    /// <summary>Narrower, the words would say nothing.</summary>
    private const int FewestSigns = 16;

    /// <param name="start">What somebody types again or reads by a column; never cut.</param>
    /// <param name="words">What follows.</param>
    public static string Fit(string start, string words) => Console.IsOutputRedirected ? start + words : Cut(start, words, Console.WindowWidth);

    /// <param name="start">Never cut.</param>
    /// <param name="words">What is cut.</param>
    /// <param name="width">Of the terminal, in columns; 0 where it does not say.</param>
    internal static string Cut(string start, string words, int width)
    {
        var signs = StringInfo.ParseCombiningCharacters(words);
        var room = Math.Max(width - start.Length, FewestSigns);
        return width < 1 || signs.Length <= room ? start + words : $"{start}{words[..signs[room - 1]]}…";
    }
}
