using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Digest.Smtp;

/// <summary>The rest of a base64 text (RFC 2045 section 6.8) from its first slot on: what is before it is encoded once for all.</summary>
internal sealed class Base64Piece(Piece[] text) : Piece
{
    private const int BytesOfLine = 57;
    private const int Line = 76;

    public override int Longest(ReaderValues reader) => Encoded(text.Longest(reader));

    public override int Write(ReaderValues reader, Span<byte> target)
    {
        var rented = ArrayPool<byte>.Shared.Rent(text.Longest(reader));
        var length = Encode(rented.AsSpan(0, text.Write(reader, rented)), target);
        ArrayPool<byte>.Shared.Return(rented);
        return length;
    }

    /// <summary>A whole text with its slots, without a line end after it.</summary>
    /// <param name="text">CRLF line ends.</param>
    public static IEnumerable<Piece> Text(string text)
    {
        var cuts = SlottedText.Cut(text);
        var first = Encoding.UTF8.GetBytes(cuts[0].Literal);
        var whole = cuts[0].Slot is null ? first.Length : first.Length / BytesOfLine * BytesOfLine;
        var head = new byte[Encoded(whole)];
        var length = Encode(first.AsSpan(0, whole), head);
        if (cuts[0].Slot is null)
        {
            return [new SharedPiece(head[..length])];
        }

        // The lines of the head end here; those of the tail go on below.
        byte[] lines = whole > 0 ? [.. head[..length], (byte)'\r', (byte)'\n'] : [];
        return [new SharedPiece(lines), new Base64Piece([.. Tail(cuts, first[whole..])])];
    }

    private static IEnumerable<Piece> Tail(List<SlottedText> cuts, byte[] first)
    {
        foreach (var (i, cut) in cuts.Index())
        {
            yield return new SharedPiece(i == 0 ? first : Encoding.UTF8.GetBytes(cut.Literal));
            if (cut.Slot is not null)
            {
                yield return new AsciiPiece(cut.Slot);
            }
        }
    }

    private static int Encoded(int bytes) => (bytes + BytesOfLine - 1) / BytesOfLine * (Line + 2);

    /// <summary>Lines of 76, CRLF between them.</summary>
    private static int Encode(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        var length = 0;
        while (bytes.Length > 0)
        {
            if (length > 0)
            {
                "\r\n"u8.CopyTo(target[length..]);
                length += 2;
            }

            Base64.EncodeToUtf8(bytes[..Math.Min(BytesOfLine, bytes.Length)], target[length..], out var taken, out var written);
            bytes = bytes[taken..];
            length += written;
        }

        return length;
    }
}
