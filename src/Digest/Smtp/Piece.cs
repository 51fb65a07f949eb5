namespace Digest.Smtp;

/// <summary>A run of a message's bytes: the same for all readers, or filled in for each. Safe to share between threads.</summary>
internal abstract class Piece
{
    /// <summary>At least the bytes that <see cref="Write"/> will write for this reader.</summary>
    public abstract int Longest(ReaderValues reader);

    /// <returns>How many bytes were written.</returns>
    public abstract int Write(ReaderValues reader, Span<byte> target);
}

/// <summary>The same for all readers.</summary>
internal sealed class SharedPiece(byte[] bytes) : Piece
{
    public override int Longest(ReaderValues reader) => bytes.Length;

    public override int Write(ReaderValues reader, Span<byte> target)
    {
        bytes.CopyTo(target);
        return bytes.Length;
    }
}

/// <summary>A reader's value, which is ASCII, as it stands.</summary>
internal sealed class AsciiPiece(Func<ReaderValues, string> value) : Piece
{
    public override int Longest(ReaderValues reader) => value(reader).Length;

    public override int Write(ReaderValues reader, Span<byte> target) => System.Text.Encoding.ASCII.GetBytes(value(reader), target);
}

internal static class Pieces
{
    public static int Longest(this Piece[] pieces, ReaderValues reader)
    {
        var length = 0;
        foreach (var piece in pieces)
        {
            length += piece.Longest(reader);
        }

        return length;
    }

    public static int Write(this Piece[] pieces, ReaderValues reader, Span<byte> target)
    {
        var length = 0;
        foreach (var piece in pieces)
        {
            length += piece.Write(reader, target[length..]);
        }

        return length;
    }
}
