using System.Net.Sockets;

namespace Digest.Smtp;

/// <summary>
/// The socket as MailKit and TLS use it, each read and write with a time limit. MailKit's own stream makes two cancellation
/// sources, two timers and a task for each.
/// </summary>
/// <param name="socket">Connected; disposed of with this.</param>
/// <param name="patience">For one read or write.</param>
internal sealed class PatientStream(Socket socket, TimeSpan patience) : NetworkStream(socket, ownsSocket: true)
{
    // Kept, and cancelled at most once: what has run out of time is not spoken on again.
    private readonly CancellationTokenSource reading = new();
    private readonly CancellationTokenSource writing = new();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="OperationCanceledException">Time ran out, or the caller cancelled.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var stop = cancellationToken.UnsafeRegister(Cancel, reading);
        reading.CancelAfter(patience);
        var length = await base.ReadAsync(buffer, reading.Token);
        reading.CancelAfter(Timeout.InfiniteTimeSpan);
        return length;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="OperationCanceledException">Time ran out, or the caller cancelled.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var stop = cancellationToken.UnsafeRegister(Cancel, writing);
        var write = base.WriteAsync(buffer, writing.Token);
        if (!write.IsCompleted)
        {
            return WaitAsync(write, stop);
        }

        // The socket's buffer had room, as it nearly always has: nothing to wait for.
        stop.Dispose();
        return write;
    }

    private async ValueTask WaitAsync(ValueTask write, CancellationTokenRegistration stop)
    {
        using (stop)
        {
            writing.CancelAfter(patience);
            await write;
            writing.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            reading.Dispose();
            writing.Dispose();
        }
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
