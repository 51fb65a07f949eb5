using System.Runtime.CompilerServices;
using AngleSharp.Html.Parser;
using Digest.Stories;

namespace Digest.Issues.Synthesis;

/// <summary>
/// A story's own sentences that say most of it, where the editor wrote no summary. Nothing is put into other words: what a
/// reader sees stands in the story.
/// </summary>
public static class Extract
{
    private const int FewestWords = 6;

    /// <summary>Of the body that are looked at: the links between them are as many as their square, and who reads on has the story.</summary>
    private const int MostSentences = 120;

    /// <summary>Longer ones are read twice.</summary>
    private const int LongestSentence = 280;

    /// <summary>Openings that point back at a sentence before: alone they say nothing.</summary>
    private static readonly HashSet<string> PointBack = new(StringComparer.OrdinalIgnoreCase)
    {
        "this", "that", "these", "those", "it", "its", "they", "their", "he", "she", "his", "her", "but", "and", "or", "so", "yet",
        "however", "therefore", "thus", "hence", "also", "such", "both", "neither", "instead", "otherwise", "here", "there", "then",
        "nor", "still", "meanwhile", "moreover", "furthermore", "additionally", "one", "another", "others", "some", "which", "what",
    };

    private static readonly HtmlParser Parser = new();

    /// <summary>An issue is laid out at many sizes and once for each choice of topics, and a story says the same in all of them.</summary>
    private static readonly ConditionalWeakTable<Story, IReadOnlyList<(int Place, string Said)>> Known = [];

    /// <param name="story">Its body as HTML is read: paragraphs only, no headings, lists, quotations, tables or code.</param>
    /// <param name="sentences">At most so many.</param>
    /// <returns>In the order in which the story has them; fewer, or none, where it has no more that stand alone.</returns>
    public static IReadOnlyList<string> Of(Story story, int sentences) =>
        [.. Known.GetValue(story, Ranked).Take(sentences).OrderBy(sentence => sentence.Place).Select(sentence => sentence.Said)];

    /// <summary>Those that stand alone, what says most first.</summary>
    private static IReadOnlyList<(int Place, string Said)> Ranked(Story story)
    {
        var placed = Paragraphs(story.BodyHtml).Index().SelectMany(paragraph => Sentences.Of(paragraph.Item).Select(said => (paragraph.Index, Said: said)))
            .Take(MostSentences).ToList();
        if (placed.Count == 0)
        {
            return [];
        }

        var all = placed.ConvertAll(sentence => sentence.Said);
        // Who writes news says first what matters, and the title names it.
        var ranks = LexRank.Of(all, [.. placed.Select(sentence => (1 + LexRank.Shared(sentence.Said, story.Title)) / (1 + sentence.Index))]);
        return [.. all.Index()
            .Where(sentence => StandsAlone(sentence.Item))
            .OrderByDescending(sentence => ranks[sentence.Index])
            .ThenBy(sentence => sentence.Index)];
    }

    private static IEnumerable<string> Paragraphs(string html) => html.Length == 0 ? [] : Parser.ParseDocument(html)
        .QuerySelectorAll("body > p")
        .Select(paragraph => string.Join(' ', paragraph.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static bool StandsAlone(string sentence)
    {
        var words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isWide = sentence.Any(letter => letter > '\u2E80');
        return sentence.Length <= LongestSentence
            && (isWide ? sentence.Length > FewestWords : words.Length >= FewestWords && !PointBack.Contains(words[0].Trim('"', '“', '‘', '\'', ',')))
            && sentence[^1] is '.' or '!' or '?' or '…' or '؟' or '۔' or '।' or '。' or '！' or '？' or '"' or '”' or ')' or '」';
    }
}
