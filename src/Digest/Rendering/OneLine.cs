using System.Globalization;
using System.Text;

namespace Digest.Rendering;

/// <summary>Text for places that hold one line: subjects, preheaders, titles in a list.</summary>
public static class OneLine
{
    /// <summary>Control characters and line ends become spaces, so that no value can begin another header line; runs of spaces become one.</summary>
    public static string Of(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
            {
                if (line.Length > 0 && line[^1] != ' ')
                {
                    line.Append(' ');
                }
            }
            else
            {
                line.Append(rune);
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>At most so many characters as readers count them, cut after a whole word where there is one, with an ellipsis.</summary>
    public static string Of(string text, int maximum)
    {
        var line = Of(text);
        var elements = new StringInfo(line);
        if (elements.LengthInTextElements <= maximum)
        {
            return line;
        }

        var cut = elements.SubstringByTextElements(0, maximum - 1);
        // Scripts without spaces, and single words that are too long, are cut between characters.
        var word = line[cut.Length] == ' ' ? cut.Length : cut.LastIndexOf(' ');
        var kept = word > cut.Length / 2 ? cut[..word] : cut;
        return kept.TrimEnd(' ', ',', ';', ':', '.', '-', '–', '—', '(') + "…";
    }
}
