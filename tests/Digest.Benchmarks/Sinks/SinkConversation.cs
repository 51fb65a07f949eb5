using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace Digest.Benchmarks.Sinks;

/// <summary>
/// One connection of a <see cref="DelaySink"/>, cheap enough for hundreds of them beside the engine that is measured.
/// Commands may come in one packet, behind a final dot too (RFC 2920); their replies then go in one.
/// </summary>
internal sealed class SinkConversation
{
    private static readonly byte[] EndOfData = "\r\n.\r\n"u8.ToArray();

    private readonly DelaySink sink;
    private readonly int readers;
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly StringBuilder replies = new();
    private readonly ArrayBufferWriter<byte> kept = new();
    private int from;
    private int to;
    private bool inText;
    private bool quit;

    /// <param name="sink">Whose it is.</param>
    /// <param name="socket">Connected.</param>
    /// <param name="readers">Numbers of readers are below this.</param>
    public SinkConversation(DelaySink sink, Socket socket, int readers)
    {
        (this.sink, Socket, this.readers) = (sink, socket, readers);
        socket.NoDelay = true;
    }

    public Socket Socket { get; }

    /// <summary>A final dot came, and its reply is not due yet.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Who gets this message; 0 for nobody we know.</summary>
    public int Reader { get; private set; }

    /// <summary>Of this message, without its final dot.</summary>
    public int Length { get; private set; }

    /// <returns>As <see cref="Read"/>.</returns>
    /// <exception cref="SocketException">The client hung up.</exception>
    public bool Greet()
    {
        Reply("220 sink.example ESMTP");
        return GoOn();
    }

    /// <summary>Reads what there is, and answers it.</summary>
    /// <returns>False at the end of the conversation.</returns>
    /// <exception cref="SocketException">The client hung up.</exception>
    public bool Read()
    {
        if (from > 0)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            (from, to) = (0, to - from);
        }

        var read = Socket.Receive(buffer.AsSpan(to));
        to += read;
        return read > 0 && GoOn();
    }

    /// <summary>Says that the message is taken, and answers what came behind it.</summary>
    /// <returns>As <see cref="Read"/>.</returns>
    /// <exception cref="SocketException">The client hung up.</exception>
    public bool Accept()
    {
        IsWaiting = false;
        Reply("250 2.0.0 Ok");
        return GoOn();
    }

    private bool GoOn()
    {
        while (!quit && !IsWaiting && (inText ? TryReadText() : TryReadCommand()))
        {
        }

        Flush();
        return !quit;
    }

    private void Reply(string line) => replies.Append(line).Append("\r\n");

    private void Flush()
    {
        if (replies.Length > 0)
        {
            Socket.Send(Encoding.ASCII.GetBytes(replies.ToString()));
            replies.Clear();
        }
    }

    private bool TryReadCommand()
    {
        var rest = buffer.AsSpan(from, to - from);
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        from += end + 1;
        Answer(rest[..end]);
        return true;
    }

    private void Answer(ReadOnlySpan<byte> line)
    {
        var verb = Encoding.ASCII.GetString(line[..Math.Min(4, line.Length)]).ToUpperInvariant();
        if (verb == "RCPT")
        {
            sink.Recipient();
            Reader = ReaderOf(line);
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
        if (verb == "DATA")
        {
            (inText, Length) = (true, 0);
            kept.ResetWrittenCount();
        }
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

    /// <returns>Whether it has come to its end.</returns>
    private bool TryReadText()
    {
        var end = buffer.AsSpan(from, to - from).IndexOf(EndOfData);
        // Four bytes may be the beginning of the end, and stay for the next look.
        var taken = end < 0 ? Math.Max(0, to - from - (EndOfData.Length - 1)) : end + 2;
        if (sink.Keeps)
        {
            kept.Write(buffer.AsSpan(from, taken));
        }

        Length += taken;
        from += taken;
        if (end < 0)
        {
            return false;
        }

        from += EndOfData.Length - 2;
        (inText, IsWaiting) = (false, true);
        sink.Take(this, kept.WrittenSpan.ToArray());
        return true;
    }
}
