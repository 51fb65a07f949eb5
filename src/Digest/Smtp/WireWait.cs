using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Digest.Smtp;

/// <summary>One connection's wait for its peer, used again and again.</summary>
/// <param name="lane">Where a lane goes on, once it may (<see cref="GoOnInLane"/>); until then, and without one, what follows runs on the pool and may block.</param>
/// <param name="socket">What is waited for.</param>
/// <param name="forWriting">To have room for more; otherwise to have something to read, or an end.</param>
internal sealed class WireWait(WireLoop? lane, Socket socket, bool forWriting) : IValueTaskSource
{
    private readonly WireLoop loop = lane ?? WireLoop.Next();
    private ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };
    private bool ready;

    public Socket Socket { get; } = socket;

    public bool ForWriting { get; } = forWriting;

    /// <summary>In <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; private set; }

    public bool IsClosed => Socket.SafeHandle.IsClosed;

    /// <summary>Of the wait under way.</summary>
    public short Version => core.Version;

    /// <summary>What follows from now on does not block.</summary>
    public void GoOnInLane() => core.RunContinuationsAsynchronously = lane is null;

    /// <summary>One wait at a time.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="cancellationToken">Ends it sooner.</param>
    /// <exception cref="OperationCanceledException">Time ran out, or the caller cancelled.</exception>
    public ValueTask WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        core.Reset();
        ready = false;
        Deadline = patience == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)patience.TotalMilliseconds;
        var version = core.Version;
        loop.Add(this);
        return cancellationToken.CanBeCanceled ? WaitAsync(version, cancellationToken) : new ValueTask(this, version);
    }

    private async ValueTask WaitAsync(short version, CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.UnsafeRegister(_ => loop.Cancel(this, version), null);
        await new ValueTask(this, version);
    }

    /// <summary>Takes its place in what is ready, whose order is that of the asking.</summary>
    /// <returns>Whether it has one.</returns>
    public bool TakePlace(List<Socket> readable, ref int reads, List<Socket> writable, ref int writes)
    {
        var (sockets, index) = ForWriting ? (writable, writes) : (readable, reads);
        ready = index < sockets.Count && sockets[index] == Socket;
        if (ready)
        {
            _ = ForWriting ? writes++ : reads++;
        }

        return ready;
    }

    public bool IsLate(long now) => now >= Deadline;

    /// <summary>Ready, out of time, or closed.</summary>
    public void End()
    {
        if (ready)
        {
            core.SetResult(true);
        }
        else
        {
            core.SetException(IsClosed ? new ObjectDisposedException(nameof(Socket)) : new OperationCanceledException("No reply in time."));
        }
    }

    public void End(Exception error) => core.SetException(error);

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
