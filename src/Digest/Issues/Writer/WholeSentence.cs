namespace Digest.Issues.Writer;

/// <summary>Whether words hold a sentence from its beginning to its end, and not only its letters within another.</summary>
internal static class WholeSentence
{
    /// <summary>Of any script that the writer is asked to write in; a line's end is one too.</summary>
    private const string Ends = ".!?…:;\n。！？；：؟۔।";

    public static bool IsIn(string words, string sentence)
    {
        for (var at = Next(words, sentence, 0); at >= 0; at = Next(words, sentence, at + 1))
        {
            if (IsBorder(words[..at].Reverse(), "") && IsBorder(words[(at + sentence.Length)..], sentence[^1..]))
            {
                return true;
            }
        }

        return false;
    }

    private static int Next(string words, string sentence, int from) =>
        sentence.Length == 0 || from >= words.Length ? -1 : words.IndexOf(sentence, from, StringComparison.Ordinal);

    /// <summary>Nothing, or the end of a sentence, before the next letter; quotation marks and emphasis may stand between.</summary>
    /// <param name="beside">What stands beside the sentence, the nearest first.</param>
    /// <param name="own">The sentence's own last sign on that side.</param>
    private static bool IsBorder(IEnumerable<char> beside, string own)
    {
        var signs = beside.TakeWhile(sign => !char.IsLetterOrDigit(sign)).ToList();
        return own.Concat(signs).Any(sign => Ends.Contains(sign, StringComparison.Ordinal)) || signs.Count == beside.Count();
    }
}
