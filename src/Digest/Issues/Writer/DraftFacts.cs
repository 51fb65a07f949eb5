using System.Collections.Frozen;

namespace Digest.Issues.Writer;

/// <summary>
/// Whether a sentence has a number or a name that the stories it cites do not have: those are what a model invents. It
/// compares words and understands none, and so drops rather too much: a name is any word with a capital letter, and of two
/// in a row the stories must have both in a row. What it lets pass an editor still reads.
/// </summary>
/// <param name="cited">The stories that the sentence cites.</param>
/// <param name="all">All of the issue: what stands in lower case in any of them is no name at the start of a sentence.</param>
internal sealed class DraftFacts(StoryWords cited, StoryWords all)
{
    /// <summary>Number words of English and their digits; "one" is more often a pronoun.</summary>
    private static readonly FrozenDictionary<string, string> Numbers = ((string[])
        [
            "two 2", "three 3", "four 4", "five 5", "six 6", "seven 7", "eight 8", "nine 9", "ten 10", "eleven 11", "twelve 12",
            "thirteen 13", "fourteen 14", "fifteen 15", "sixteen 16", "seventeen 17", "eighteen 18", "nineteen 19", "twenty 20",
            "thirty 30", "forty 40", "fifty 50", "sixty 60", "seventy 70", "eighty 80", "ninety 90", "hundred 100", "thousand 1000",
            "million million", "billion billion", "trillion trillion", "dozen 12", "half half", "twice twice", "double double", "triple triple",
        ])
        .Select(pair => pair.Split(' ')).ToFrozenDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Words that begin English sentences and name nothing.</summary>
    private static readonly FrozenSet<string> Openers = (
        "a about across after again against all also although amid among an and another any are as at away back because before behind "
        + "below between beyond both but by can critics despite does down during each early either elsewhere even every few finally "
        + "first for from further given has have he her here his how however i if in inside instead into is it its just last late later "
        + "less like many may meanwhile more most much nearly neither new next no nobody none nor not nothing now of off on once one only "
        + "or other others our out outside over perhaps researchers regulators same several she should since so some somebody still "
        + "such than that the their them then there these they this those though through throughout to today together too under until "
        + "up upon very was we week were what when where whether which while who whose why will with within without yet you your")
        .Split(' ').ToFrozenSet();

    /// <returns>The first word from elsewhere, or none.</returns>
    public string? Foreign(string sentence)
    {
        Word? before = null;
        var isFirst = true;
        foreach (var word in WordSyntax.Words(sentence))
        {
            if (IsFact(word, isFirst) && !IsKnown(word))
            {
                return word.Written;
            }

            if (before is { HasCapital: true } name && word is { Follows: true, HasCapital: true } && !cited.Knows(name.Written, word.Written))
            {
                return $"{name.Written} {word.Written}";
            }

            // A capital at the start of a sentence says nothing, unless the word is one that the sentence needs to have right.
            before = isFirst && !IsFact(word, isFirst) ? null : word;
            isFirst = false;
        }

        return null;
    }

    private bool IsFact(Word word, bool isFirst) => word.HasDigit || IsNumber(word.Key)
        || (word.HasCapital && !(isFirst && IsOnlyOpening(word)));

    private bool IsOnlyOpening(Word word) =>
        !word.Written.Skip(1).Any(char.IsUpper) && (Openers.Contains(word.Key) || all.IsOrdinary(word));

    private static bool IsNumber(string key) => Numbers.ContainsKey(key) || (key.EndsWith('s') && Numbers.ContainsKey(key[..^1]));

    private bool IsKnown(Word word)
    {
        if (cited.Knows(word.Written) || (NumberOf(word.Key) is { } number && cited.Knows(number)))
        {
            return true;
        }

        // EU-wide is known by EU; GPT-5 only as a whole or as GPT 5, for a GPT and a 5 do not make one.
        var parts = word.Parts;
        return parts.Count > 1
            && parts.All(part => !(part.Any(char.IsUpper) || part.Any(char.IsDigit) || IsNumber(Word.KeyOf(part))) || cited.Knows(part))
            && (!word.HasDigit || !word.HasCapital || parts.Zip(parts.Skip(1)).All(pair => cited.Knows(pair.First, pair.Second)));
    }

    /// <summary>The other way to write it: 3 for three, three for 3.</summary>
    private static string? NumberOf(string key) =>
        Numbers.GetValueOrDefault(key) ?? Numbers.Where(pair => pair.Value == key).Select(pair => pair.Key).FirstOrDefault();
}
