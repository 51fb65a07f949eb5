using System.Text.RegularExpressions;

namespace Digest.Issues.Synthesis;

/// <summary>Cuts running text into sentences: at a full stop that ends something, and not within "e.g. this", "U.S. law" or "4.5".</summary>
internal static partial class Sentences
{
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "etc", "no", "vol", "fig", "approx", "inc", "ltd", "corp", "co",
        "e.g", "i.e", "cf", "al", "sen", "rep", "gov", "gen", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
        "nov", "dec", "z.b", "bzw", "ca", "nr",
    };

    public static IEnumerable<string> Of(string text)
    {
        var start = 0;
        foreach (Match end in Ends().Matches(text))
        {
            if (EndsASentence(text, start, end))
            {
                yield return text[start..(end.Index + end.Length)].Trim();
                start = end.Index + end.Length;
            }
        }

        if (text[start..].Trim() is { Length: > 0 } rest)
        {
            yield return rest;
        }
    }

    private static bool EndsASentence(string text, int start, Match end)
    {
        if (end.Value[0] != '.')
        {
            return true;
        }

        var word = LastWord().Match(text[start..end.Index]).Value;
        // An initial ("J. Doe") or letters with stops between them ("U.S.").
        return !Abbreviations.Contains(word) && word.Length != 1 && !(word.Contains('.') && word.Length <= 6);
    }

    /// <summary>Marks that may end a sentence, with closing quotes, before a space and what may begin the next; ideographic ones need neither.</summary>
    [GeneratedRegex("""[。！？]["」』]?|[.!?…؟۔।]+["'”’»)\]]*(?=\s+["'“‘«(\[]?[\p{Lu}\p{Lo}\p{N}])""")]
    private static partial Regex Ends();

    [GeneratedRegex(@"[\p{L}\p{N}.]*$")]
    private static partial Regex LastWord();
}
