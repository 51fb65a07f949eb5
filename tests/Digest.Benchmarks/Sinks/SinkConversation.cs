using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace Digest.Benchmarks.Sinks;

/// <summary>
/// One connection of a <see cref="DelaySink"/>, cheap enough for hundreds of them beside the engine that is measured.
/// Commands may come in one packet (RFC 2920); their replies then go in one.
/// </summary>
internal sealed class SinkConversation(DelaySink sink, Socket socket, int readers)
{
    private static readonly byte[] EndOfData = "\r\n.\r\n"u8.ToArray();

    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly StringBuilder replies = new();
    private readonly ArrayBufferWriter<byte> kept = new();
    private int from;
    private int to;
    private int reader;
    private bool quit;

    public async Task RunAsync(CancellationToken closing)
    {
        using var _ = socket;
        socket.NoDelay = true;
        try
        {
            Reply("220 sink.example ESMTP");
            while (await FlushAsync(closing) && await ReadAsync(closing))
            {
                while (!quit && TryReadLine(out var line))
                {
                    if (Answer(line))
                    {
                        await FlushAsync(closing);
                        var length = await ReadDataAsync(closing);
                        await sink.AcceptAsync(reader, length, kept.WrittenSpan.ToArray());
                        Reply("250 2.0.0 Ok");
                    }
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or EndOfStreamException)
        {
            // The client hung up, or the sink closes.
        }
    }

    private void Reply(string line) => replies.Append(line).Append("\r\n");

    /// <returns>False when that was the last reply.</returns>
    private async ValueTask<bool> FlushAsync(CancellationToken closing)
    {
        if (replies.Length > 0)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(replies.ToString()), closing);
            replies.Clear();
        }

        return !quit;
    }

    private async ValueTask<bool> ReadAsync(CancellationToken closing)
    {
        if (from > 0)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            (from, to) = (0, to - from);
        }

        var read = await socket.ReceiveAsync(buffer.AsMemory(to), closing);
        to += read;
        return read > 0;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var rest = buffer.AsSpan(from, to - from);
        var end = rest.IndexOf((byte)'\n');
        line = end < 0 ? default : rest[..end];
        from += end + 1;
        return end >= 0;
    }

    /// <returns>Whether a message comes next.</returns>
    private bool Answer(ReadOnlySpan<byte> line)
    {
        var verb = Encoding.ASCII.GetString(line[..Math.Min(4, line.Length)]).ToUpperInvariant();
        if (verb == "RCPT")
        {
            sink.Recipient();
            reader = ReaderOf(line);
        }

        quit = verb == "QUIT";
        Reply(verb switch
        {
            "EHLO" => "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES",
            "HELO" or "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 2.0.0 Ok",
            "DATA" => "354 End data with <CR><LF>.<CR><LF>",
            "QUIT" => "221 2.0.0 Bye",
            _ => "500 5.5.2 Unknown command",
        });
        return verb == "DATA";
    }

    /// <summary>From <c>RCPT TO:&lt;reader17@...&gt;</c> the 17; 0 for other addresses.</summary>
    private int ReaderOf(ReadOnlySpan<byte> line)
    {
        var name = line.IndexOf("<reader"u8);
        var number = 0;
        for (var i = name < 0 ? line.Length : name + 7; i < line.Length && line[i] is >= (byte)'0' and <= (byte)'9' && number < readers; i++)
        {
            number = (number * 10) + line[i] - '0';
        }

        return number < readers ? number : 0;
    }

    /// <returns>The length of the message without its final dot.</returns>
    private async ValueTask<int> ReadDataAsync(CancellationToken closing)
    {
        var length = 0;
        kept.ResetWrittenCount();
        while (true)
        {
            var end = buffer.AsSpan(from, to - from).IndexOf(EndOfData);
            // Four bytes may be the beginning of the end, and stay for the next look.
            var taken = end < 0 ? Math.Max(0, to - from - (EndOfData.Length - 1)) : end + 2;
            if (sink.Keeps)
            {
                kept.Write(buffer.AsSpan(from, taken));
            }

            length += taken;
            from += taken;
            if (end >= 0)
            {
                from += EndOfData.Length - 2;
                return length;
            }

            if (!await ReadAsync(closing))
            {
                throw new EndOfStreamException();
            }
        }
    }
}
