using System.Text;
using MimeKit;

namespace Digest.Smtp;

/// <summary>How text becomes 7 bit.</summary>
internal static class TransferEncoding
{
    private const char FirstBeyondLatin = '\u0370';

    /// <summary>
    /// Quoted-printable, which stays legible in a source view, unless letters beyond Latin make it the longer of the two.
    /// Accents, dashes and emoji never decide: a German text is quoted-printable however many umlauts it has.
    /// </summary>
    public static ContentEncoding For(string text)
    {
        // Such a letter has 3 bytes at most; a byte takes three characters in quoted-printable and four thirds in base64.
        var excess = 2 * 3L * LettersBeyondLatin(text);
        return excess > Encoding.UTF8.GetByteCount(text) / 3L ? ContentEncoding.Base64 : ContentEncoding.QuotedPrintable;
    }

    private static int LettersBeyondLatin(ReadOnlySpan<char> text)
    {
        var letters = 0;
        for (int at; (at = text.IndexOfAnyInRange(FirstBeyondLatin, char.MaxValue)) >= 0; text = text[(at + 1)..])
        {
            if (char.IsLetter(text[at]))
            {
                letters++;
            }
        }

        return letters;
    }
}
