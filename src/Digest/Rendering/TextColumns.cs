using System.Globalization;
using System.Text;

namespace Digest.Rendering;

/// <summary>How wide text is where every character has a cell.</summary>
public static class TextColumns
{
    /// <summary>Columns of a text, counted so that it is never more than that many UTF-16 units either.</summary>
    public static int Of(string text)
    {
        var columns = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            columns += OfElement(elements.GetTextElement());
        }

        return columns;
    }

    /// <param name="element">One character as readers count them: a letter with its marks, an emoji with its joiners.</param>
    public static int OfElement(string element) =>
        Rune.TryGetRuneAt(element, 0, out var rune) && IsWide(rune) ? Math.Max(2, element.Length) : element.Length;

    /// <summary>East Asian Wide and emoji (Unicode TR 11), as blocks.</summary>
    public static bool IsWide(Rune rune) => rune.Value
        is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
