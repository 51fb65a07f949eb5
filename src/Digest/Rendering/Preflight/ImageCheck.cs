using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>Pictures: said in words, of a known size, over https, and not there to watch who reads.</summary>
internal static partial class ImageCheck
{
    private const string Name = "images";

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        foreach (var image in mail.Images)
        {
            if (IsPixel(image.Element))
            {
                yield return Found.Error(
                    "tracking", $"The image {Found.Quote(image.Source)} is too small to be seen: it tells its server who opened the mail.",
                    "Take it out; opens are not counted here.");
                continue;
            }

            if (!image.Element.HasAttribute("alt"))
            {
                yield return Found.Warning(
                    Name, $"{image.Place} has no alt text; many readers see no pictures.",
                    "Write what it shows in alt, or an empty one if it shows nothing.");
            }

            if (SideOf(image.Element, "width") is null || SideOf(image.Element, "height") is null)
            {
                yield return Found.Warning(
                    Name, $"{image.Place} does not give its width and height, so that the mail jumps while it loads.",
                    "Write both as attributes.");
            }

            if (!image.Source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            {
                yield return Found.Warning(
                    Name, $"{image.Place} is not loaded over https, and clients leave it out.",
                    "Give it an https address.");
            }
        }
    }

    private static bool IsPixel(IElement image) =>
        image.GetAttribute("src") is { Length: > 0 } && ((string[])["width", "height"]).Any(side => Pixels(SideOf(image, side)) is <= 1);

    private static string? SideOf(IElement image, string side) => image.GetAttribute(side) is { Length: > 0 } said
        ? said
        : Side().Matches(image.GetAttribute("style") ?? "").LastOrDefault(match => match.Groups["side"].Value == side)?.Groups["value"].Value;

    private static double? Pixels(string? said) => said is not null
        && double.TryParse(said.Replace("px", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var pixels)
            ? pixels
            : null;

    [GeneratedRegex(@"(?<![\w-])(?<side>width|height)\s*:\s*(?<value>[^;\s]+)")]
    private static partial Regex Side();
}
