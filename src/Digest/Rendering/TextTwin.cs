using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Digest.Rendering;

/// <summary>
/// Finishes a text part: lines of at most 78 columns (RFC 5322 section 2.1.1), continued under the point they belong to,
/// CRLF ends (RFC 2046 section 4.1.1), one blank line at a time. A URL or a slot is never broken, however long.
/// </summary>
public static partial class TextTwin
{
    public const int Columns = 78;

    public static string Finish(string text)
    {
        var finished = new StringBuilder();
        var blanks = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.Length == 0)
            {
                blanks++;
                continue;
            }

            finished.Append(blanks > 0 && finished.Length > 0 ? "\r\n" : "");
            blanks = 0;
            foreach (var part in Wrap(line))
            {
                finished.Append(part).Append("\r\n");
            }
        }

        return finished.ToString();
    }

    /// <summary>One line as the lines it takes.</summary>
    public static IEnumerable<string> Wrap(string line)
    {
        if (TextColumns.Of(line) <= Columns)
        {
            yield return line;
            yield break;
        }

        var mark = Mark().Match(line);
        var hang = mark.Groups["quote"].Value + new string(' ', mark.Length - mark.Groups["quote"].Length);
        var current = new StringBuilder(mark.Value);
        var (width, filled) = (TextColumns.Of(mark.Value), false);
        foreach (var (piece, spaced) in Pieces(line[mark.Length..], Columns - hang.Length))
        {
            var needed = TextColumns.Of(piece) + (spaced && filled ? 1 : 0);
            if (filled && width + needed > Columns)
            {
                yield return current.ToString().TrimEnd();
                current.Clear().Append(hang);
                (width, filled) = (hang.Length, false);
                needed = TextColumns.Of(piece);
            }

            current.Append(spaced && filled ? " " : "").Append(piece);
            (width, filled) = (width + needed, true);
        }

        yield return current.ToString().TrimEnd();
    }

    /// <summary>What may not be broken further, each with whether a space parts it from the piece before.</summary>
    private static IEnumerable<(string Piece, bool Spaced)> Pieces(string text, int widest)
    {
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Contains("://", StringComparison.Ordinal) || word.Contains("{{", StringComparison.Ordinal))
            {
                yield return (word, true);
                continue;
            }

            var spaced = true;
            foreach (var piece in Parts(word, widest))
            {
                yield return (piece, spaced);
                spaced = false;
            }
        }
    }

    /// <summary>A word, broken beside wide characters, and elsewhere only where it is wider than a line.</summary>
    private static IEnumerable<string> Parts(string word, int widest)
    {
        var part = new StringBuilder();
        var (width, wasWide) = (0, false);
        var elements = StringInfo.GetTextElementEnumerator(word);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var columns = TextColumns.OfElement(element);
            var isWide = Rune.TryGetRuneAt(element, 0, out var rune) && TextColumns.IsWide(rune);
            // No line begins with a closing mark.
            var mayBreak = (isWide || wasWide) && !Closing.Contains(element, StringComparison.Ordinal);
            if (part.Length > 0 && (mayBreak || width + columns > widest))
            {
                yield return part.ToString();
                part.Clear();
                width = 0;
            }

            part.Append(element);
            width += columns;
            wasWide = isWide;
        }

        yield return part.ToString();
    }

    private const string Closing = "、。，．！？：；）」』】〉》”’…ー,.!?:;)]}";

    [GeneratedRegex(@"^(?<quote>(?:> ?)*) *(?:[-*•] +|\d{1,3}[.)] +)?")]
    private static partial Regex Mark();
}
