namespace Digest.Settings;

/// <summary>What somebody who wrote an unknown word may have meant.</summary>
public static class Spelling
{
    /// <summary>The end of a sentence: "did you mean 'x'?" where a known word is near, otherwise what is known.</summary>
    public static string Suggest(string word, IReadOnlyCollection<string> known) =>
        Nearest(word, known) is { } near ? $"did you mean '{near}'?" : $"known here: {(known.Count == 0 ? "none" : string.Join(", ", known))}.";

    /// <summary>The known word with the fewest edits, if these are few for its length.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) => known
        .Select(candidate => (Word: candidate, Edits: Edits(Plain(word), Plain(candidate))))
        .Where(candidate => candidate.Edits <= Math.Max(1, word.Length / 3))
        .OrderBy(candidate => candidate.Edits)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

    private static string Plain(string word) => word.ToLowerInvariant().Replace('-', '_');

    /// <summary>Levenshtein's distance, a swap of neighbours being one edit.</summary>
    private static int Edits(string left, string right)
    {
        var edits = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    edits[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1),
                    Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[left.Length, right.Length];
    }
}
