using System.Text.RegularExpressions;
using Digest.Issues;

namespace Digest.Rendering;

/// <summary>
/// What filters score in a body. The phrases are rules of SpamAssassin 4.0 (20_phrases.cf), few of its many: those that an
/// editor might write.
/// </summary>
internal static partial class SpamCheck
{
    private const string Name = "spam";

    private const string Rephrase = "Say it in other words.";

    /// <summary>Below this many bytes of words beside pictures SpamAssassin scores HTML_IMAGE_ONLY.</summary>
    private const int FewestWithImages = 400;

    private const int ManyLinks = 10;

    private const int WordsForLink = 3;

    private static readonly (Regex Phrase, string Rule)[] Phrases =
    [
        (Guaranteed(), "GUARANTEED_100_PERCENT"), (DearFriend(), "DEAR_FRIEND"), (Urgent(), "URG_BIZ"), (MoneyBack(), "MONEY_BACK"),
        (ActNow(), "ACT_NOW_CAPS"), (OneTime(), "ONE_TIME"), (Unclaimed(), "UNCLAIMED_MONEY"), (StrongBuy(), "STRONG_BUY"), (Removed(), "EXCUSE_REMOVE"),
    ];

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        foreach (var passage in mail.Passages)
        {
            foreach (var (phrase, rule) in Phrases)
            {
                if (phrase.Match(passage.Words) is { Success: true } found)
                {
                    yield return Found.Warning(
                        Name, $"{passage.Place} says {Found.Quote(found.Value)}, which filters score (SpamAssassin {rule}).",
                        Rephrase);
                }
            }
        }

        if (mail.Images.Count > 0 && mail.Words.Length < FewestWithImages)
        {
            var images = mail.Images.Count == 1 ? "one image" : $"{mail.Images.Count} images";
            yield return Found.Warning(
                Name, $"The mail is {images} with {mail.Words.Length} characters of words (SpamAssassin HTML_IMAGE_ONLY).",
                "Write what the picture says.");
        }

        var words = mail.Passages.Where(passage => !passage.IsLink).Sum(passage => Word().Count(passage.Words));
        if (mail.Links.Count > ManyLinks && words < mail.Links.Count * WordsForLink)
        {
            yield return Found.Warning(
                Name, $"The mail has {mail.Links.Count} links and {words} words beside them: filters take that for a list of links.",
                "Say something of each link, or leave some out.");
        }
    }

    [GeneratedRegex("100% guaranteed", RegexOptions.IgnoreCase)]
    private static partial Regex Guaranteed();

    [GeneratedRegex(@"^\s*Dear friend\b", RegexOptions.IgnoreCase)]
    private static partial Regex DearFriend();

    [GeneratedRegex(@"\burgent.{0,16}(assistance|business|confidential|notice|proposal|reply|response)", RegexOptions.IgnoreCase)]
    private static partial Regex Urgent();

    [GeneratedRegex("money back guarantee", RegexOptions.IgnoreCase)]
    private static partial Regex MoneyBack();

    [GeneratedRegex(@"\bA(?i:ct) N(?i:ow)\b")]
    private static partial Regex ActNow();

    [GeneratedRegex(@"\bone\W+time (charge|investment|offer|promotion)", RegexOptions.IgnoreCase)]
    private static partial Regex OneTime();

    [GeneratedRegex(@"\bunclaimed\s(assets?|accounts?|money|monies|funds?|prizes?|rewards?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unclaimed();

    [GeneratedRegex(@"\bstrong buy\b", RegexOptions.IgnoreCase)]
    private static partial Regex StrongBuy();

    [GeneratedRegex("to be removed from.{0,20}(mailings|offers)", RegexOptions.IgnoreCase)]
    private static partial Regex Removed();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
