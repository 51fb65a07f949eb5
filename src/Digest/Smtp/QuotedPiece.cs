using System.Text;

namespace Digest.Smtp;

/// <summary>
/// A slot in quoted-printable. It begins a line of its own, as soft line breaks part it from the words around it: however
/// long a reader's value is, those words are encoded once for all.
/// </summary>
internal sealed class QuotedPiece(Func<ReaderValues, string> value) : Piece
{
    public override int Longest(ReaderValues reader) => QuotedPrintable.Longest(value(reader).Length);

    public override int Write(ReaderValues reader, Span<byte> target)
    {
        var encoded = new QuotedPrintable(target);
        encoded.Word(value(reader));
        return encoded.Length;
    }

    /// <summary>A whole text with its slots, without a line end after it.</summary>
    /// <param name="text">CRLF line ends.</param>
    public static IEnumerable<Piece> Text(string text)
    {
        var afterSlot = false;
        foreach (var (literal, slot) in SlottedText.Cut(text))
        {
            var bytes = Encoding.UTF8.GetBytes(literal);
            var buffer = new byte[QuotedPrintable.Longest(bytes.Length) + 6];
            var encoded = new QuotedPrintable(buffer);
            if (afterSlot && bytes.Length > 0 && bytes[0] != '\r')
            {
                encoded.SoftBreak();
            }

            encoded.Text(bytes, endsLine: slot is null);
            if (slot is not null && (encoded.IsWithinLine || (afterSlot && bytes.Length == 0)))
            {
                encoded.SoftBreak();
            }

            yield return new SharedPiece(buffer[..encoded.Length]);
            if (slot is not null)
            {
                yield return new QuotedPiece(slot);
            }

            afterSlot = slot is not null;
        }
    }
}
