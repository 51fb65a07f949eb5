using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>Keeps the lanes supplied: claims when half of the last claims are done, when woken, and each time it polls.</summary>
public sealed class ClaimLoop(
    ClaimDue claimDue, SendingIssues sendingIssues, ReleaseClaims release, SweepLedger sweep, RelayCircuit circuit, IOptions<SendingSettings> settings,
    ILogger<ClaimLoop> logger)
{
    public async Task RunAsync(Guid worker, ClaimQueue queue, Wake wake, CancellationToken stopping)
    {
        var poll = TimeSpan.FromSeconds(settings.Value.PollSeconds);
        var claimLost = false;
        while (!stopping.IsCancellationRequested)
        {
            var more = false;
            try
            {
                if (claimLost && queue.Outstanding == 0)
                {
                    // A claim whose answer was lost may have been committed: rows that are ours and that no lane knows of.
                    await release.AllAsync(worker, stopping);
                    claimLost = false;
                }

                more = await ClaimAsync(worker, queue, stopping);
                if (!more && queue.Outstanding == 0)
                {
                    await CompleteAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            // Whatever it was: a worker whose heart beats and that claims nothing would look alive to everybody.
            catch (Exception error)
            {
                claimLost = true;
                logger.ClaimFailed(error);
            }

            if (!more)
            {
                await wake.WaitAsync(poll, stopping);
            }
        }
    }

    /// <returns>Whether there is more to claim and room for it.</returns>
    private async Task<bool> ClaimAsync(Guid worker, ClaimQueue queue, CancellationToken stopping)
    {
        var more = false;
        if (circuit.Allowance(queue.Free, queue.Outstanding) is > 0 and var room)
        {
            more = Add(queue, await claimDue.NoticesAsync(worker, room, stopping));
        }

        if (queue.IsLow && circuit.Allowance(queue.Free, queue.Outstanding) > 0)
        {
            var issues = await sendingIssues.ReadAsync(stopping);
            for (var i = 0; i < issues.Count; i++)
            {
                // Each issue gets its share of the room, and the later ones what the earlier leave.
                var share = circuit.Allowance(queue.Free, queue.Outstanding) / (issues.Count - i);
                more |= share > 0 && Add(queue, await claimDue.DeliveriesAsync(issues[i], worker, share, stopping));
            }
        }

        return more && queue.IsLow;
    }

    private static bool Add(ClaimQueue queue, (IReadOnlyList<Claim> Claims, bool More) taken)
    {
        queue.Add(taken.Claims);
        return taken.More;
    }

    private async Task CompleteAsync(CancellationToken stopping)
    {
        foreach (var issue in await sweep.CompleteAsync(stopping))
        {
            logger.IssueSent(issue);
        }
    }
}
