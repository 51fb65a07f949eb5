namespace Digest.Deliveries;

/// <summary>How many messages the relays take from this worker. Counting is safe from many threads.</summary>
public sealed class SendingSpeed(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset At, long Accepted)> looks = [];
    private long accepted;

    /// <summary>One message was accepted.</summary>
    public void Count() => Interlocked.Increment(ref accepted);

    /// <summary>Looked at with each heartbeat, by one caller.</summary>
    /// <returns>Messages in the last minute; where looks are further apart, a minute's share of what came since the last.</returns>
    public int PerMinute()
    {
        var now = (At: time.GetUtcNow(), Accepted: Interlocked.Read(ref accepted));
        looks.Enqueue(now);
        while (looks.Count > 2 && looks.ElementAt(1).At <= now.At - Span)
        {
            looks.Dequeue();
        }

        var (since, before) = looks.Peek();
        return (int)((now.Accepted - before) / Math.Max(1, (now.At - since) / Span));
    }
}
