using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Digest.Tests.Rendering;

/// <summary>Contrast of text against its ground (WCAG 2.2, 1.4.3), as a client computes it from inline styles.</summary>
internal static partial class Contrast
{
    /// <summary>The lowest ratio of any text of the document.</summary>
    public static double Weakest(IHtmlDocument html) => html.Body!.Descendants<IText>()
        .Where(text => !string.IsNullOrWhiteSpace(text.Data) && text.ParentElement!.LocalName != "style")
        .Min(text => Ratio(Nearest(text.ParentElement!, "color"), Nearest(text.ParentElement!, "background-color")));

    /// <summary>Writes the rules of the dark scheme into the elements, as a client in that scheme applies them.</summary>
    public static void ApplyDarkScheme(IHtmlDocument html)
    {
        var block = html.QuerySelector("style")!.TextContent;
        foreach (Match rule in Rule().Matches(Dark().Match(block).Groups["rules"].Value))
        {
            foreach (var element in html.QuerySelectorAll(rule.Groups["selector"].Value.Trim()))
            {
                element.SetAttribute("style", $"{element.GetAttribute("style")};{rule.Groups["body"].Value.Replace("!important", "", StringComparison.Ordinal)}");
            }
        }
    }

    private static string Nearest(IElement element, string property)
    {
        for (IElement? at = element; at is not null; at = at.ParentElement)
        {
            var value = (at.GetAttribute("style") ?? "").Split(';')
                .Select(declaration => declaration.Split(':', 2))
                .LastOrDefault(pair => pair.Length == 2 && pair[0].Trim() == property)?[1];
            if (value is not null)
            {
                return value.Trim();
            }
        }

        throw new InvalidOperationException($"<{element.LocalName} class=\"{element.ClassName}\"> has no {property}.");
    }

    private static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var channels = Enumerable.Range(0, 3)
            .Select(index => int.Parse(colour.AsSpan(1 + (2 * index), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4))
            .ToList();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    [GeneratedRegex(@"prefers-color-scheme:dark\)\{(?<rules>(?:[^{}]*\{[^{}]*\})*)")]
    private static partial Regex Dark();

    [GeneratedRegex(@"(?<selector>[^{}]+)\{(?<body>[^{}]*)\}")]
    private static partial Regex Rule();
}
