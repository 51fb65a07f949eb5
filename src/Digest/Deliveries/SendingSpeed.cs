using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>
/// How many readers this worker tries for the first time, as a forecast asks when all have been. Counting is safe from many threads.
/// </summary>
public sealed class SendingSpeed(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset At, long Accepted)> looks = [];
    private long tried;

    /// <summary>Counts a first try that the relay answered, or may have: what it deferred has been tried as well, and its later tries are not for a reader more.</summary>
    public void Count(Settling done)
    {
        if (done.Claim.Attempts == 0
            && done.Settlement.State is DeliveryState.Accepted or DeliveryState.Deferred or DeliveryState.Rejected or DeliveryState.InDoubt)
        {
            Interlocked.Increment(ref tried);
        }
    }

    /// <summary>Looked at with each heartbeat, by one caller.</summary>
    /// <returns>Readers in the last minute; where looks are further apart, a minute's share of what came since the last.</returns>
    public int PerMinute()
    {
        var now = (At: time.GetUtcNow(), Tried: Interlocked.Read(ref tried));
        looks.Enqueue(now);
        while (looks.Count > 2 && looks.ElementAt(1).At <= now.At - Span)
        {
            looks.Dequeue();
        }

        var (since, before) = looks.Peek();
        // Up: one reader in a little more than a minute is not none, which a forecast takes for relays that are away.
        return (int)Math.Ceiling((now.Tried - before) / Math.Max(1, (now.At - since) / Span));
    }
}
