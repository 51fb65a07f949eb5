using System.Text;
using MimeKit;

namespace Digest.Smtp;

/// <summary>How text becomes 7 bit.</summary>
internal static class TransferEncoding
{
    private const char FirstBeyondLatin = '\u0370';

    /// <summary>
    /// Quoted-printable, which stays legible in a source view, unless letters beyond Latin make it the longer of the two.
    /// Accents never decide: a German text is quoted-printable however many umlauts it has.
    /// </summary>
    public static ContentEncoding For(string text)
    {
        var beyondLatin = 0;
        foreach (var character in text)
        {
            if (character >= FirstBeyondLatin)
            {
                beyondLatin++;
            }
        }

        // A byte takes three characters in quoted-printable and four thirds in base64.
        var bytes = Encoding.UTF8.GetByteCount(text);
        var bytesBeyondLatin = 3L * beyondLatin;
        return bytesBeyondLatin * 2 > bytes / 3L ? ContentEncoding.Base64 : ContentEncoding.QuotedPrintable;
    }
}
