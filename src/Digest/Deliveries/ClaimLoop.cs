using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>Keeps the lanes supplied: claims when half of the last claims are done, when woken, and each time it polls.</summary>
public sealed class ClaimLoop(
    ClaimDue claimDue, ReleaseClaims release, SweepLedger sweep, RelayCircuit circuit, IOptions<SendingSettings> settings,
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
        foreach (var kind in (LedgerKind[])[LedgerKind.Notice, LedgerKind.Delivery])
        {
            var allowed = circuit.Allowance(queue.Free, queue.Outstanding);
            if (allowed <= 0 || (kind == LedgerKind.Delivery && !queue.IsLow))
            {
                continue;
            }

            var (claims, mayBeMore) = await claimDue.RunAsync(kind, worker, allowed, stopping);
            queue.Add(claims);
            more |= mayBeMore && circuit.Allowance(queue.Free, queue.Outstanding) > 0;
        }

        return more && queue.IsLow;
    }

    private async Task CompleteAsync(CancellationToken stopping)
    {
        foreach (var issue in await sweep.CompleteAsync(stopping))
        {
            logger.IssueSent(issue);
        }
    }
}
