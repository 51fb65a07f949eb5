using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Digest.Issues.Writer;

/// <summary>A word as it is written and as it is compared, and whether only a space parts it from the word before.</summary>
/// <param name="Written">With its signs within: <c>GPT-5</c>, <c>28.8</c>, <c>AT&amp;T</c>; without a possessive's.</param>
/// <param name="Follows">Whether the two could be one name.</param>
internal readonly record struct Word(string Written, bool Follows)
{
    public string Key => KeyOf(Written);

    public bool HasDigit => Written.Any(char.IsDigit);

    public bool HasCapital => Written.Any(char.IsUpper);

    /// <summary>What hyphens and apostrophes part.</summary>
    public IReadOnlyList<string> Parts => Written.Split(['-', '–', '/', '&', '+', '’'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Lower case, digits as ASCII, and a number without the signs that part its thousands.</summary>
    public static string KeyOf(string written)
    {
        var key = new StringBuilder(written.Length);
        foreach (var sign in written.ToLowerInvariant())
        {
            key.Append(CharUnicodeInfo.GetDecimalDigitValue(sign) is >= 0 and var digit ? (char)('0' + digit) : sign);
        }

        return WordSyntax.Thousands().IsMatch(key.ToString()) ? key.Replace(",", "").Replace(".", "").ToString() : key.ToString();
    }
}

internal static partial class WordSyntax
{
    public static IEnumerable<Word> Words(string text)
    {
        var same = text.Normalize(NormalizationForm.FormKC).Replace('\'', '’').Replace('‑', '-');
        var end = -1;
        foreach (Match match in Word().Matches(same))
        {
            var written = match.Value;
            var bare = written.EndsWith("’s", StringComparison.OrdinalIgnoreCase) ? written[..^2] : written;
            var follows = end >= 0 && match.Index == end + 1 && same[end] == ' ';
            end = match.Index + match.Length;
            yield return new Word(bare, follows);
        }
    }

    /// <summary>Digits in threes: one number whichever sign parts them.</summary>
    [GeneratedRegex(@"^[0-9]{1,3}(?:,[0-9]{3})+\z|^[0-9]{1,3}(?:\.[0-9]{3}){2,}\z")]
    public static partial Regex Thousands();

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+(?:[.,’\-–/&+][\p{L}\p{M}\p{N}]+)*")]
    private static partial Regex Word();
}
