using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Digest.Rendering;

namespace Digest.Issues.Writer;

/// <summary>
/// A model's words as plain text: what is left means the same as text, as inline Markdown and in a template. It can hold no
/// markup, no slot and no sign that is not seen.
/// </summary>
public static partial class DraftText
{
    /// <summary>Each a way to begin markup or a slot.</summary>
    private const string Markup = "<>{}[]\\`*|~";

    /// <summary>Zero-width joiner and non-joiner: some scripts are written with them.</summary>
    private static readonly Rune[] Joiners = [new(0x200C), new(0x200D)];

    /// <summary>Markup goes and the words in it stay; never longer than what was given.</summary>
    public static string Plain(string text)
    {
        // What one round takes away may leave an encoding or a tag behind; no round makes it longer, so there is a last one.
        while (Once(text) is var plain && plain != text)
        {
            text = plain;
        }

        return text;
    }

    private static string Once(string text)
    {
        // Twice is as deep as an encoding is ever meant.
        var decoded = Seen(WebUtility.HtmlDecode(WebUtility.HtmlDecode(text)).Normalize());
        var words = Tag().Replace(Link().Replace(decoded, "${label}"), "");
        words = string.Concat(words.Where(sign => !Markup.Contains(sign, StringComparison.Ordinal)));
        words = Emphasis().Replace(words, "");
        return OneLine.Of(Entity().Replace(words, "")).Trim();
    }

    /// <summary>Mail programs make links of what looks like an address, whatever the newsletter meant by it.</summary>
    public static bool HoldsAddress(string plain) => Address().IsMatch(plain.Normalize(NormalizationForm.FormKC));

    private static string Seen(string text)
    {
        var seen = new StringBuilder(text.Length);
        foreach (var rune in OneLine.Of(text).EnumerateRunes().Where(rune => IsSeen(rune) || Joiners.Contains(rune)))
        {
            seen.Append(rune);
        }

        return seen.ToString();
    }

    private static bool IsSeen(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format
        or UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);

    [GeneratedRegex(@"!?\[(?<label>[^\[\]]*)\]\([^()]*\)")]
    private static partial Regex Link();

    [GeneratedRegex("<[A-Za-z/!?][^<>]*>")]
    private static partial Regex Tag();

    /// <summary>Underscores but those within a word.</summary>
    [GeneratedRegex(@"(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])")]
    private static partial Regex Emphasis();

    /// <summary>The sign that would make a character of what follows.</summary>
    [GeneratedRegex("&(?=#?[A-Za-z0-9]+;)")]
    private static partial Regex Entity();

    [GeneratedRegex(@"://|@|\bwww\.|\b(?:mailto|tel|sms|javascript|ftp|https?):\S|[\p{L}\p{N}]\.\p{L}[\p{L}\p{N}-]+", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
