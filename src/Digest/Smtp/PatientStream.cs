using System.Net.Sockets;

namespace Digest.Smtp;

/// <summary>
/// The socket as MailKit and TLS use it, each read and write with a time limit, and waited for by a <see cref="WireLoop"/>.
/// MailKit's own stream makes two cancellation sources, two timers and a task for each.
/// </summary>
public sealed class PatientStream : Stream
{
    private readonly Socket socket;
    private readonly TimeSpan patience;
    private readonly WireWait reading;
    private readonly WireWait writing;

    /// <summary>The next read waits before it looks: what was written is seldom answered yet, or a look was in vain.</summary>
    private bool waitsFirst;

    /// <param name="socket">Connected, and does not block; disposed of with this.</param>
    /// <param name="patience">For one read or write.</param>
    /// <param name="lane">Where a lane goes on.</param>
    public PatientStream(Socket socket, TimeSpan patience, WireLoop? lane)
    {
        this.socket = socket;
        this.patience = patience;
        reading = new(lane, socket, forWriting: false);
        writing = new(lane, socket, forWriting: true);
    }

    /// <summary>The connection is open: what follows from a reply no longer blocks, as the check of a certificate may, and runs in the lane.</summary>
    public void GoOnInLane()
    {
        reading.GoOnInLane();
        writing.GoOnInLane();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="OperationCanceledException">Time ran out, or the caller cancelled.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (waitsFirst)
            {
                waitsFirst = false;
                await reading.WaitAsync(patience, cancellationToken);
            }

            var length = socket.Receive(buffer.Span, SocketFlags.None, out var error);
            if (error != SocketError.WouldBlock)
            {
                return error == SocketError.Success ? length : throw Lost(error);
            }

            waitsFirst = true;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="OperationCanceledException">Time ran out, or the caller cancelled.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        waitsFirst = true;
        var began = Environment.TickCount64;
        while (buffer.Length > 0)
        {
            var length = socket.Send(buffer.Span, SocketFlags.None, out var error);
            buffer = buffer[length..];
            if (error == SocketError.WouldBlock)
            {
                await writing.WaitAsync(patience - TimeSpan.FromMilliseconds(Environment.TickCount64 - began), cancellationToken);
            }
            else if (error != SocketError.Success)
            {
                throw Lost(error);
            }
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Lost(SocketError error)
    {
        var exception = new SocketException((int)error);
        return new IOException(exception.Message, exception);
    }
}
