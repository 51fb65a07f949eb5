namespace Digest.Smtp;

/// <summary>
/// Quoted-printable (RFC 2045 section 6.7) that nobody on the way has a reason to touch. It is its own canonical form
/// (RFC 6376 section 3.4.4: no two spaces side by side, no tab, none at the end of a line), and no line begins with a dot
/// (RFC 5321 section 4.5.2), so the bytes that are signed and measured are those of the wire.
/// </summary>
/// <param name="target">Receives the encoded bytes.</param>
internal ref struct QuotedPrintable(Span<byte> target)
{
    /// <summary>RFC 2045 allows 76 with the "=" of a soft line break.</summary>
    private const int LongestLine = 75;

    private readonly Span<byte> target = target;
    private int column;
    private bool afterSpace;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>An encoded line is open.</summary>
    public readonly bool IsWithinLine => column > 0;

    /// <summary>What so many bytes become at most: each three characters, 25 of them to a line with its soft break.</summary>
    public static int Longest(int bytes) => (bytes * 3) + (((bytes / 25) + 2) * 3);

    /// <param name="text">UTF-8 with CRLF line ends.</param>
    /// <param name="endsLine">A line end or nothing follows: a space is not to be the last.</param>
    public void Text(ReadOnlySpan<byte> text, bool endsLine)
    {
        while (text.Length > 0)
        {
            if (text.StartsWith("\r\n"u8))
            {
                Break();
                text = text[2..];
                continue;
            }

            Octet(text[0], isLast: text.Length == 1 ? endsLine : text[1] == '\r');
            text = text[1..];
        }
    }

    /// <summary>Printable ASCII without spaces.</summary>
    public void Word(ReadOnlySpan<char> word)
    {
        foreach (var character in word)
        {
            Octet((byte)character, isLast: false);
        }
    }

    /// <summary>Ends the line without ending that of the text.</summary>
    public void SoftBreak()
    {
        target[Length++] = (byte)'=';
        Break();
    }

    private void Octet(byte octet, bool isLast)
    {
        var stands = octet switch
        {
            (byte)' ' => !afterSpace && !isLast,
            (byte)'=' => false,
            _ => octet is > (byte)' ' and <= (byte)'~',
        };
        if (column + (stands ? 1 : 3) > LongestLine)
        {
            SoftBreak();
        }

        if (!stands || (octet == '.' && column == 0))
        {
            Escape(octet);
            return;
        }

        target[Length++] = octet;
        column++;
        afterSpace = octet == ' ';
    }

    private void Escape(byte octet)
    {
        target[Length++] = (byte)'=';
        target[Length++] = (byte)"0123456789ABCDEF"[octet >> 4];
        target[Length++] = (byte)"0123456789ABCDEF"[octet & 15];
        column += 3;
        afterSpace = false;
    }

    private void Break()
    {
        target[Length++] = (byte)'\r';
        target[Length++] = (byte)'\n';
        column = 0;
        afterSpace = false;
    }
}
