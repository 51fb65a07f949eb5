using System.Text;

namespace Digest.Smtp;

/// <summary>
/// Text in a header by RFC 2047: encoded-words of at most 75 characters, lines of at most 76. MimeKit's own run to 80 and
/// more for German and Chinese subjects, which strict receivers show undecoded.
/// </summary>
internal static class EncodedWords
{
    private const int LongestWord = 75;
    private const int LongestLine = 76;
    private const string Open = "=?utf-8?Q?";
    private const string OpenBase64 = "=?utf-8?B?";
    private const string Close = "?=";

    /// <summary>Text that may stand as it is: nothing in it is encoded, and nothing looks as if it were.</summary>
    public static bool IsPlain(string text) => text.All(character => character is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal);

    /// <param name="text">One line.</param>
    /// <param name="used">Columns of the first line that are taken, by the field's name, colon and space.</param>
    /// <returns>Encoded-words, each on a line of its own.</returns>
    public static string Encode(string text, int used)
    {
        var quoted = QuotedLength(text) <= Encoding.UTF8.GetByteCount(text) * 4 / 3;
        var words = new StringBuilder(quoted ? Open : OpenBase64);
        var room = Room(LongestLine - used);
        var taken = 0;
        var bytes = new MemoryStream();
        foreach (var letter in text.EnumerateRunes())
        {
            // A letter stays whole: no encoded-word may end within one (RFC 2047 section 5).
            var length = quoted ? QuotedLength(letter) : letter.Utf8SequenceLength;
            if (taken + length > (quoted ? room : room / 4 * 3))
            {
                EndWord();
                words.Append("\r\n ").Append(quoted ? Open : OpenBase64);
                room = Room(LongestLine - 1);
                taken = 0;
            }

            taken += length;
            Add(letter);
        }

        EndWord();
        return words.ToString();

        void Add(Rune letter)
        {
            Span<byte> utf8 = stackalloc byte[4];
            utf8 = utf8[..letter.EncodeToUtf8(utf8)];
            if (!quoted)
            {
                bytes.Write(utf8);
            }
            else if (QuotedLength(letter) == 1)
            {
                words.Append(letter.Value == ' ' ? '_' : (char)letter.Value);
            }
            else
            {
                foreach (var octet in utf8)
                {
                    words.Append('=').Append(octet.ToString("X2", null));
                }
            }
        }

        void EndWord()
        {
            words.Append(Convert.ToBase64String(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))).Append(Close);
            bytes.SetLength(0);
        }
    }

    private static int Room(int columns) => Math.Min(columns, LongestWord) - Open.Length - Close.Length;

    private static int QuotedLength(string text) => text.EnumerateRunes().Sum(QuotedLength);

    /// <summary>Only what may stand in a display name, where the rules are strictest (RFC 2047 section 5, rule 3).</summary>
    private static int QuotedLength(Rune letter) =>
        letter.IsAscii && (char.IsAsciiLetterOrDigit((char)letter.Value) || letter.Value is ' ' or '!' or '*' or '+' or '-' or '/')
            ? 1
            : 3 * letter.Utf8SequenceLength;
}
