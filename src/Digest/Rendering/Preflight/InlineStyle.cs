using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Digest.Rendering;

/// <summary>What an element says of its own looks, as far as contrast depends on it.</summary>
/// <param name="Colour">#rrggbb, or none.</param>
/// <param name="Ground">#rrggbb, or none.</param>
/// <param name="Pixels">Size of its text.</param>
/// <param name="IsBold">None when it does not say.</param>
/// <param name="IsHidden">It is not shown at all.</param>
internal sealed partial record InlineStyle(string? Colour, string? Ground, double? Pixels, bool? IsBold, bool IsHidden)
{
    private const int Kept = 1000;

    private static readonly InlineStyle Nothing = new(null, null, null, null, IsHidden: false);

    /// <summary>A mail has a thousand elements and some fifty styles.</summary>
    private static readonly ConcurrentDictionary<string, InlineStyle> Known = [];

    public static InlineStyle Of(IElement element)
    {
        var said = element.GetAttribute("style") is { Length: > 0 } style ? Read(style) : Nothing;
        return said.Ground is null && element.GetAttribute("bgcolor") is { } ground ? said with { Ground = ColourOf(ground) } : said;
    }

    /// <summary>Colour and ground of a list of declarations; the later of two wins.</summary>
    public static InlineStyle Read(string style)
    {
        if (Known.TryGetValue(style, out var known))
        {
            return known;
        }

        if (Known.Count > Kept)
        {
            Known.Clear();
        }

        return Known[style] = style.Split(';')
            .Select(declaration => declaration.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .Aggregate(Nothing, (read, pair) => read.With(
                pair[0].ToLowerInvariant(), pair[1].Replace("!important", "", StringComparison.OrdinalIgnoreCase).Trim()));
    }

    private InlineStyle With(string name, string value) => name switch
    {
        "color" => this with { Colour = ColourOf(value) ?? Colour },
        "background-color" => this with { Ground = ColourOf(value) ?? Ground },
        "background" => this with { Ground = value.Split(' ').Select(ColourOf).FirstOrDefault(colour => colour is not null) ?? Ground },
        "font-size" => this with { Pixels = PixelsOf(value) ?? Pixels },
        "font-weight" => this with { IsBold = IsBoldWord(value) },
        "font" => this with { Pixels = PixelsOf(value) ?? Pixels, IsBold = value.Split(' ').Any(IsBoldWord) },
        "display" when value == "none" => this with { IsHidden = true },
        "visibility" when value == "hidden" => this with { IsHidden = true },
        _ => this,
    };

    private static bool IsBoldWord(string word) => word is "bold" or "bolder" or "700" or "800" or "900";

    private static double? PixelsOf(string value) => Length().Match(value) is { Success: true } match
        ? double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value == "pt" ? 4 / 3.0 : 1)
        : null;

    /// <returns>None for what is no colour of its own: transparent, inherit, a gradient.</returns>
    private static string? ColourOf(string value)
    {
        if (Hex().Match(value) is { Success: true } hex)
        {
            return (hex.Length == 7 ? value : "#" + string.Concat(value[1..].Select(digit => $"{digit}{digit}"))).ToLowerInvariant();
        }

        if (Rgb().Match(value) is { Success: true } rgb)
        {
            return "#" + string.Concat(rgb.Groups["part"].Captures
                .Select(part => Math.Min(255, int.Parse(part.ValueSpan, CultureInfo.InvariantCulture)).ToString("x2", CultureInfo.InvariantCulture)));
        }

        var named = System.Drawing.Color.FromName(value);
        return named.IsKnownColor && !named.IsSystemColor && named.A == 255 ? $"#{named.R:x2}{named.G:x2}{named.B:x2}" : null;
    }

    [GeneratedRegex("^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]
    private static partial Regex Hex();

    [GeneratedRegex(@"^rgb\(\s*(?<part>\d{1,3})\s*,\s*(?<part>\d{1,3})\s*,\s*(?<part>\d{1,3})\s*\)$")]
    private static partial Regex Rgb();

    [GeneratedRegex(@"(?<![\w/.-])(?<number>\d+(\.\d+)?)(?<unit>px|pt)")]
    private static partial Regex Length();
}
