using System.Globalization;

namespace Digest.Newsletters;

/// <summary>How well one colour reads on another (WCAG 2.2, "contrast ratio" and "relative luminance").</summary>
public static class Contrast
{
    /// <param name="colour">#rrggbb.</param>
    /// <param name="ground">#rrggbb.</param>
    /// <returns>From 1 (the same) to 21 (black on white).</returns>
    public static double Between(string colour, string ground)
    {
        var (first, second) = (Luminance(colour), Luminance(ground));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance(string colour) =>
        (0.2126 * Linear(colour[1..3])) + (0.7152 * Linear(colour[3..5])) + (0.0722 * Linear(colour[5..7]));

    private static double Linear(string hex)
    {
        var share = byte.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
