namespace Digest.Issues.Writer;

/// <summary>The words of some stories, to see whether a sentence has a name or a number from elsewhere.</summary>
internal sealed class StoryWords
{
    /// <summary>Joins two neighbours to one.</summary>
    private const char Next = ' ';

    private readonly HashSet<string> known = [];
    private readonly HashSet<string> neighbours = [];

    /// <summary>Those that somewhere stand in lower case, and so are no names.</summary>
    private readonly HashSet<string> ordinary = [];

    public StoryWords(IEnumerable<WriterStory> stories)
    {
        foreach (var text in stories.SelectMany(story => story.Texts()))
        {
            Take(text);
        }
    }

    public bool IsOrdinary(Word word) => ordinary.Contains(word.Key);

    /// <summary>The word, or its other number: LLM and LLMs.</summary>
    public bool Knows(string written)
    {
        var key = Word.KeyOf(written);
        return known.Contains(key) || known.Contains($"{key}s") || (key.Length > 2 && key.EndsWith('s') && known.Contains(key[..^1]));
    }

    /// <summary>The two next to each other, as a name of two words is.</summary>
    public bool Knows(string first, string second) => neighbours.Contains($"{Word.KeyOf(first)}{Next}{Word.KeyOf(second)}");

    private void Take(string text)
    {
        Word? before = null;
        foreach (var word in WordSyntax.Words(text))
        {
            known.Add(word.Key);
            var parts = word.Parts;
            foreach (var part in parts)
            {
                known.Add(Word.KeyOf(part));
            }

            if (!word.HasCapital && !word.HasDigit)
            {
                ordinary.Add(word.Key);
            }

            // GPT-5 is written GPT 5 as well.
            foreach (var (one, two) in parts.Zip(parts.Skip(1)))
            {
                neighbours.Add($"{Word.KeyOf(one)}{Next}{Word.KeyOf(two)}");
            }

            if (before is { } neighbour && word.Follows)
            {
                neighbours.Add($"{neighbour.Key}{Next}{word.Key}");
            }

            before = word;
        }
    }
}
