using System.Globalization;
using System.Text;

namespace Digest.Stories;

/// <summary>
/// What a piece tells of, so that two can be compared: the containment of the shorter's shingles in the longer's (A. Z.
/// Broder, "On the resemblance and containment of documents", 1997), over content words and pairs of them, each weighted.
/// Containment and not resemblance, because one outlet writes a sentence where another writes five. Deterministic, and no model.
/// </summary>
public sealed class EventWords
{
    /// <summary>Fewer words in common are a headline's formula ("The week in pictures") and no event.</summary>
    private const int FewestInCommon = 4;

    /// <summary>Two words in a row are less often shared by chance.</summary>
    private const double PairWeight = 0.5;

    /// <summary>Names and figures tell events apart where verbs do not.</summary>
    private const double NameWeight = 2;

    /// <summary>Of every text in these languages; what is left is what it is about.</summary>
    private static readonly HashSet<string> Common = [.. (
        "a about after again against all also amid an and any are as at be been before but by can could did do does down during for from get gets "
        + "had has have he her here him his how i if in into is it its just may more most my new no not now of off on one only or our out over "
        + "said say says set she should so some such than that the their them then there these they this to two under up us was way we were what when "
        + "where which while who why will with would year years you your today week "
        + "aber als am an auch auf aus bei bis das dass dem den der des die doch durch ein eine einem einen einer eines er es für gegen hat ich ihr im "
        + "in ist ja kann kein mehr mit nach nicht noch nun nur ob oder sein sich sie sind so über um und uns vom von vor war was wenn wer wie wird wir zu zum zur "
        + "au aux avec ce ces dans de des du elle en est et il la le les leur ne nous ou par pas plus pour que qui sa se ses son sur un une "
        + "al como con del el ella es esta este la las lo los más no para pero por que se sin su sus un una y ya").Split(' ')];

    private readonly Dictionary<string, double> shingles = new(StringComparer.Ordinal);

    private EventWords(string text)
    {
        var words = Words(text);
        foreach (var (word, weight) in words)
        {
            shingles[word] = Math.Max(weight, shingles.GetValueOrDefault(word));
        }

        foreach (var (first, second) in words.Zip(words.Skip(1)))
        {
            shingles[$"{first.Word} {second.Word}"] = PairWeight;
        }
    }

    /// <param name="text">Title and first sentences; more would drown what the piece is about in what it says of it.</param>
    public static EventWords Of(string text) => new(text);

    /// <summary>How much of the shorter piece the longer one says too.</summary>
    /// <returns>0 to 1; 0 also when they share fewer than four content words. Symmetric.</returns>
    public double Share(EventWords other)
    {
        var common = shingles.Where(shingle => other.shingles.ContainsKey(shingle.Key)).OrderBy(shingle => shingle.Key, StringComparer.Ordinal).ToList();
        if (common.Count(shingle => !shingle.Key.Contains(' ')) < FewestInCommon)
        {
            return 0;
        }

        // Both texts may weigh a word differently (a name at the start of a sentence is not seen as one): the lesser counts.
        var shared = common.Sum(shingle => Math.Min(shingle.Value, other.shingles[shingle.Key]));
        return shared / Math.Min(shingles.Values.Sum(), other.shingles.Values.Sum());
    }

    private static List<(string Word, double Weight)> Words(string text)
    {
        var words = new List<(string, double)>();
        var word = new StringBuilder();
        var begins = true;
        foreach (var sign in $"{text.Normalize(NormalizationForm.FormKD)} ")
        {
            if (char.IsLetterOrDigit(sign))
            {
                word.Append(sign);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(sign) != UnicodeCategory.NonSpacingMark && word.Length > 0)
            {
                Add(words, word.ToString(), begins);
                begins = sign is '.' or '!' or '?' or ':';
                word.Clear();
            }
        }

        return words;
    }

    private static void Add(List<(string Word, double Weight)> words, string written, bool begins)
    {
        var word = Stem(written.ToLowerInvariant());
        if (word.Length > 1 && !Common.Contains(written.ToLowerInvariant()))
        {
            var isName = char.IsDigit(written[0]) || (char.IsUpper(written[0]) && !begins);
            words.Add((word, isName ? NameWeight : 1));
        }
    }

    /// <summary>The plural and the commonest endings of the languages above: enough to meet, too little to mistake one word for another.</summary>
    private static string Stem(string word) => word switch
    {
        [.., 'i', 'e', 's'] when word.Length > 4 => $"{word[..^3]}y",
        [.., 'i', 'n', 'g'] when word.Length > 5 => word[..^3].TrimEnd('e'),
        [.., 'e', 'd'] when word.Length > 4 => word[..^2],
        [.., 'e', 's'] when word.Length > 4 => word[..^2],
        [.., not 's', 's'] when word.Length > 3 => word[..^1],
        [.., 'e'] when word.Length > 4 => word[..^1],
        _ => word,
    };
}
