using System.Text.RegularExpressions;

namespace Digest.Issues.Synthesis;

/// <summary>
/// How central each sentence is to its text: continuous LexRank (Erkan and Radev, "LexRank: Graph-based Lexical Centrality as
/// Salience in Text Summarization", JAIR 22, 2004). Sentences are linked by the cosine of their tf-idf vectors; a random walk
/// over the links says which are most visited. Where the walk jumps to is weighed beforehand, as in biased LexRank (Otterbacher,
/// Erkan and Radev, Information Processing and Management 45, 2009). The same text gives the same numbers.
/// </summary>
public static partial class LexRank
{
    /// <summary>How often the walk follows a link rather than jumping. Texts of a few dozen sentences have weak links, so what is known beforehand counts as much.</summary>
    private const double Damping = 0.5;

    private const double Enough = 1e-6;

    private const int MostRounds = 100;

    /// <param name="sentences">The text.</param>
    /// <param name="weights">How much each counts before its links are looked at; above 0, in any unit.</param>
    /// <returns>A value for each sentence; they add up to 1.</returns>
    public static double[] Of(IReadOnlyList<string> sentences, IReadOnlyList<double> weights)
    {
        var bags = sentences.Select(Words).ToList();
        var documents = bags.SelectMany(bag => bag.Keys).CountBy(word => word).ToDictionary();
        var vectors = bags
            .Select(bag => bag.ToDictionary(word => word.Key, word => word.Value * Math.Log(1 + ((double)sentences.Count / documents[word.Key]))))
            .ToList();
        var all = weights.Sum();
        return Walk(Links(vectors), [.. weights.Select(weight => weight / all)]);
    }

    /// <summary>What part of a title's words a sentence has, 0 to 1.</summary>
    public static double Shared(string sentence, string title)
    {
        var (said, asked) = (Words(sentence), Words(title));
        return asked.Count == 0 ? 0 : (double)asked.Keys.Count(said.ContainsKey) / asked.Count;
    }

    private static Dictionary<string, double> Words(string sentence) => Word().Matches(sentence)
        .Select(match => match.Value.ToLowerInvariant())
        .CountBy(word => word)
        .ToDictionary(word => word.Key, word => (double)word.Value);

    /// <summary>Each row adds up to 1; a sentence that shares no word with another is linked to all alike.</summary>
    private static double[][] Links(List<Dictionary<string, double>> vectors)
    {
        var lengths = vectors.Select(vector => Math.Sqrt(vector.Values.Sum(value => value * value))).ToList();
        var links = new double[vectors.Count][];
        for (var row = 0; row < vectors.Count; row++)
        {
            links[row] = new double[vectors.Count];
            for (var column = 0; column < vectors.Count; column++)
            {
                var (less, more) = vectors[row].Count < vectors[column].Count ? (vectors[row], vectors[column]) : (vectors[column], vectors[row]);
                var common = less.Sum(word => word.Value * more.GetValueOrDefault(word.Key));
                links[row][column] = row == column || common == 0 ? 0 : common / (lengths[row] * lengths[column]);
            }

            var sum = links[row].Sum();
            links[row] = [.. links[row].Select(link => sum == 0 ? 1d / vectors.Count : link / sum)];
        }

        return links;
    }

    private static double[] Walk(double[][] links, double[] jumps)
    {
        var ranks = Enumerable.Repeat(1d / links.Length, links.Length).ToArray();
        for (var round = 0; round < MostRounds; round++)
        {
            var next = new double[links.Length];
            for (var column = 0; column < links.Length; column++)
            {
                next[column] = ((1 - Damping) * jumps[column]) + (Damping * Enumerable.Range(0, links.Length).Sum(row => ranks[row] * links[row][column]));
            }

            var moved = next.Zip(ranks, (after, before) => Math.Abs(after - before)).Sum();
            ranks = next;
            if (moved < Enough)
            {
                break;
            }
        }

        return ranks;
    }

    /// <summary>Words of at least three letters or a digit: shorter ones hold a sentence together and say nothing of its subject. Ideographs count singly.</summary>
    [GeneratedRegex(@"[\p{IsCJKUnifiedIdeographs}\p{IsHiragana}\p{IsKatakana}]|[\p{L}\p{M}]{3,}|\p{N}[\p{N}.,]*")]
    private static partial Regex Word();
}
