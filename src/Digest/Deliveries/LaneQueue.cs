using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A route's claims as one lane takes them, and what it does while it has none.</summary>
internal sealed class LaneQueue(ClaimQueue queue, SmtpSession session, TimeSpan rest, TimeProvider time)
{
    /// <summary>Waits for a claim. A connection that is idle for long gets its QUIT, instead of being left to the relay (checklist E18).</summary>
    /// <returns>None at a stop.</returns>
    public async Task<Claim?> TakeAsync(CancellationToken stopping)
    {
        if (!stopping.IsCancellationRequested && queue.TryTake() is { } waiting)
        {
            return waiting;
        }

        try
        {
            if (session.IsOpen)
            {
                using var idle = new CancellationTokenSource(SmtpSession.LongestIdle, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stopping);
                try
                {
                    return await queue.TakeAsync(either.Token);
                }
                catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                {
                    await session.CloseAsync();
                }
            }

            return await queue.TakeAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A relay that ended the session is not called again at once (checklist E4). Others take what waits, or it waits as well.</summary>
    /// <param name="next">What the lane holds for its next turn; any lane's from now on.</param>
    /// <param name="stopping">Ends the rest.</param>
    public async Task RestAsync(LaneClaim? next, CancellationToken stopping)
    {
        if (next is { Hold: { } hold })
        {
            queue.LetGo(hold);
            next.Dispose();
        }

        await Task.Delay(rest, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
