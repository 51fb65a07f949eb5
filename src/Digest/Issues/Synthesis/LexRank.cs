using System.Text.RegularExpressions;

namespace Digest.Issues.Synthesis;

/// <summary>
/// How central each sentence is to its text: continuous LexRank (Erkan and Radev, "LexRank: Graph-based Lexical Centrality as
/// Salience in Text Summarization", JAIR 22, 2004). Sentences are linked by the cosine of their tf-idf vectors; a random walk
/// over the links says which are most visited. The same text gives the same numbers.
/// </summary>
public static partial class LexRank
{
    /// <summary>How often the walk follows a link rather than jumping anywhere; the paper's value.</summary>
    private const double Damping = 0.85;

    private const double Enough = 1e-6;

    private const int MostRounds = 100;

    /// <returns>A value for each sentence; they add up to 1.</returns>
    public static double[] Of(IReadOnlyList<string> sentences)
    {
        var bags = sentences.Select(Words).ToList();
        var documents = bags.SelectMany(bag => bag.Keys).CountBy(word => word).ToDictionary();
        var vectors = bags
            .Select(bag => bag.ToDictionary(word => word.Key, word => word.Value * Math.Log(1 + ((double)sentences.Count / documents[word.Key]))))
            .ToList();
        return Walk(Links(vectors));
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

    private static double[] Walk(double[][] links)
    {
        var ranks = Enumerable.Repeat(1d / links.Length, links.Length).ToArray();
        for (var round = 0; round < MostRounds; round++)
        {
            var next = new double[links.Length];
            for (var column = 0; column < links.Length; column++)
            {
                next[column] = ((1 - Damping) / links.Length) + (Damping * Enumerable.Range(0, links.Length).Sum(row => ranks[row] * links[row][column]));
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
