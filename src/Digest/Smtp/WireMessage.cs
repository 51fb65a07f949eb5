using System.Buffers;
using System.Text;

namespace Digest.Smtp;

/// <summary>One message to one reader, as it goes over the wire: 7 bit, nothing in it to stuff, signed where we sign.</summary>
public sealed class WireMessage : IDisposable
{
    /// <summary>
    /// Bytes that its buffer keeps free after the dot, for what goes out in the same write: a MAIL and a RCPT with two addresses of 254,
    /// one of them again in hexadecimal.
    /// </summary>
    internal const int RoomAfterDot = 1536;

    private byte[]? buffer;

    internal WireMessage(byte[] buffer, int size, string messageId)
    {
        this.buffer = buffer;
        Size = size;
        MessageId = messageId;
    }

    /// <summary>In bytes, as the SIZE of RFC 1870.</summary>
    public int Size { get; }

    /// <summary>Without angle brackets.</summary>
    public string MessageId { get; }

    /// <summary>The message alone.</summary>
    /// <exception cref="ObjectDisposedException">The bytes are another message's by now.</exception>
    public ReadOnlyMemory<byte> Bytes => Slice(0, Size);

    /// <summary>What ends the message, for one write.</summary>
    /// <param name="withText">The text is still to be sent.</param>
    /// <param name="commands">That follow the dot; at most <see cref="RoomAfterDot"/> of them.</param>
    internal ReadOnlyMemory<byte> Ending(bool withText, string commands)
    {
        var start = withText ? 0 : Size;
        var end = Size + MessageTemplate.FinalDot.Length;
        var kept = buffer;
        ObjectDisposedException.ThrowIf(kept is null, this);
        return Slice(start, end - start + Encoding.ASCII.GetBytes(commands, kept.AsSpan(end, RoomAfterDot)));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private ReadOnlyMemory<byte> Slice(int start, int length)
    {
        var kept = buffer;
        ObjectDisposedException.ThrowIf(kept is null, this);
        return kept.AsMemory(start, length);
    }
}
