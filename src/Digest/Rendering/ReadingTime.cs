using System.Text;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>How long a text takes to read, for the list of contents.</summary>
public static class ReadingTime
{
    private const double WordsPerMinute = 230;

    /// <summary>Scripts without spaces are read by the character.</summary>
    private const double IdeographsPerMinute = 500;

    /// <summary>Of a whole story as its page shows it, the same in the mail's contents.</summary>
    public static int Of(Story story) => Minutes(
        [story.Standfirst, story.Body, .. story.KeyPoints, .. story.Holds, .. story.Scrutiny, .. story.Disagreements, .. story.Watch]);

    /// <returns>Whole minutes, at least one.</returns>
    public static int Minutes(params IEnumerable<string> texts)
    {
        double words = 0, ideographs = 0;
        foreach (var text in texts)
        {
            var inWord = false;
            foreach (var rune in text.EnumerateRunes())
            {
                var wide = TextColumns.IsWide(rune) && Rune.IsLetter(rune);
                var letter = !wide && Rune.IsLetterOrDigit(rune);
                ideographs += wide ? 1 : 0;
                words += letter && !inWord ? 1 : 0;
                inWord = letter || (inWord && !Rune.IsWhiteSpace(rune));
            }
        }

        return Math.Max(1, (int)Math.Round((words / WordsPerMinute) + (ideographs / IdeographsPerMinute)));
    }
}
