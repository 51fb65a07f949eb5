using System.Buffers;
using Digest.Settings;

namespace Digest.Smtp;

/// <summary>
/// A mail encoded once for all its readers, with holes for what is each one's own: a message is then a copy of bytes.
/// Safe to share between threads.
/// </summary>
public sealed class MessageTemplate
{
    /// <summary>Ends the message in the conversation (RFC 5321 section 4.1.1.4); the message ends with the line end before it.</summary>
    internal static ReadOnlySpan<byte> FinalDot => ".\r\n"u8;

    private readonly Piece[] header;
    private readonly Piece[] body;
    private readonly SignatureTemplate? signature;

    /// <param name="header">In order.</param>
    /// <param name="body">Ends with a line end, and has no line that begins with a dot.</param>
    /// <param name="signature">None when the relay signs.</param>
    internal MessageTemplate(IEnumerable<HeaderField> header, IEnumerable<Piece> body, SignatureTemplate? signature)
    {
        this.header = [.. header.SelectMany(field => field.Raw), new SharedPiece("\r\n"u8.ToArray())];
        this.body = [.. body];
        this.signature = signature;
    }

    /// <summary>A message takes a signature's time, a fifth of a millisecond or more, instead of a copy's.</summary>
    public bool Signs => signature is not null;

    /// <summary>One reader's message. The same values give the same bytes.</summary>
    /// <returns>To be disposed of when it was sent.</returns>
    /// <exception cref="RefusedException">The address cannot be written in a message, or another value is not plain ASCII.</exception>
    public WireMessage Write(ReaderValues values)
    {
        var reader = values.ForTheWire();
        var signed = signature?.Length ?? 0;
        var buffer = ArrayPool<byte>.Shared.Rent(signed + header.Longest(reader) + body.Longest(reader) + FinalDot.Length + WireMessage.RoomAfterDot);
        var start = signed + header.Write(reader, buffer.AsSpan(signed));
        var end = start + body.Write(reader, buffer.AsSpan(start));
        signature?.Sign(reader, buffer.AsSpan(start, end - start), buffer.AsSpan(0, signed));
        FinalDot.CopyTo(buffer.AsSpan(end));
        return new WireMessage(buffer, end, reader.MessageId);
    }
}
