using System.Buffers;

namespace Digest.Smtp;

/// <summary>One message to one reader, as it goes over the wire: 7 bit, nothing in it to stuff, signed where we sign.</summary>
public sealed class WireMessage : IDisposable
{
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

    internal ReadOnlyMemory<byte> WithDot => Slice(0, Size + MessageTemplate.FinalDot.Length);

    internal ReadOnlyMemory<byte> Dot => Slice(Size, MessageTemplate.FinalDot.Length);

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
