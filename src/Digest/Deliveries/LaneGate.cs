namespace Digest.Deliveries;

/// <summary>
/// How many of a relay's lanes may have a connection now. A lane beyond it finishes its message, says goodbye to the relay
/// and waits. Safe to share between threads.
/// </summary>
/// <param name="lanes">Lanes in all.</param>
public sealed class LaneGate(int lanes)
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource?[] passes = new CancellationTokenSource?[lanes];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lanes of a lower number may have a connection.</summary>
    public int Open { get; private set; }

    /// <summary>Lanes that may have one still, whatever <see cref="Open"/> says.</summary>
    public int Busy
    {
        get
        {
            lock (gate)
            {
                return passes.Count(pass => pass is not null);
            }
        }
    }

    /// <param name="open">From now on; more than there are lanes is all of them.</param>
    public void Set(int open)
    {
        lock (gate)
        {
            if (Open == Math.Min(open, lanes))
            {
                return;
            }

            Open = Math.Min(open, lanes);
            foreach (var pass in passes.Skip(Open))
            {
                // What waits for it goes on elsewhere than under this lock.
                _ = pass?.CancelAsync();
            }

            changed.TrySetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until this lane may have a connection.</summary>
    /// <param name="lane">From 0.</param>
    /// <param name="stopping">Nobody is let in any more.</param>
    /// <returns>Cancelled when the lane must close its connection, or at the stop; none when stopped before.</returns>
    public async Task<CancellationTokenSource?> EnterAsync(int lane, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Task change;
            lock (gate)
            {
                if (lane < Open)
                {
                    return passes[lane] = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                }

                change = changed.Task;
            }

            await change.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    /// <summary>The lane has no connection any more.</summary>
    public void Leave(int lane)
    {
        lock (gate)
        {
            passes[lane]?.Dispose();
            passes[lane] = null;
        }
    }
}
