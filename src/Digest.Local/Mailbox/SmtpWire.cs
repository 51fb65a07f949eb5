using System.Buffers;
using System.Text;

namespace Digest.Local.Mailbox;

/// <summary>
/// Lines of one connection. Only CRLF ends a line: a bare CR or LF is a byte like any other, so no body can smuggle an
/// end of its own (RFC 5321 section 2.3.8).
/// </summary>
internal sealed class SmtpWire(Stream stream, int longestLine)
{
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <summary>The next line without its CRLF, valid until the next call; none when the client has closed.</summary>
    /// <exception cref="InvalidDataException">The line is longer than the server takes.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        for (var scanned = 0; ;)
        {
            var at = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = buffer.AsMemory(start, scanned + at);
                start += scanned + at + 2;
                return line;
            }

            // The last byte may be the CR of a CRLF that is still under way.
            scanned = Math.Max(0, end - start - 1);
            MakeRoom();
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            end += read;
        }
    }

    /// <summary>
    /// A message up to its final dot, without the dot and with stuffed dots taken out (RFC 5321 section 4.5.2); none when
    /// it ended before.
    /// </summary>
    /// <param name="onFirstLine">Called once, between the first line and the rest; says whether to go on.</param>
    /// <param name="cancellationToken">The server stops.</param>
    public async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(Func<Task<bool>> onFirstLine, CancellationToken cancellationToken)
    {
        var raw = new ArrayBufferWriter<byte>();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Span is [(byte)'.'])
            {
                return raw.WrittenMemory;
            }

            var first = raw.WrittenCount == 0;
            raw.Write(line.Span is [(byte)'.', ..] ? line.Span[1..] : line.Span);
            raw.Write("\r\n"u8);
            if (first && !await onFirstLine())
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Writes reply lines, in pieces when wanted; each piece is a write of its own.</summary>
    public async Task WriteAsync(IReadOnlyList<string> lines, int? pieceLength, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));
        while (!rest.IsEmpty)
        {
            var piece = rest[..Math.Min(pieceLength ?? rest.Length, rest.Length)];
            await stream.WriteAsync(piece, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            rest = rest[piece.Length..];
        }
    }

    /// <summary>Reads and forgets until the client closes.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end < buffer.Length)
        {
            return;
        }

        if (buffer.Length >= longestLine)
        {
            throw new InvalidDataException("line too long");
        }

        Array.Resize(ref buffer, buffer.Length * 2);
    }
}
