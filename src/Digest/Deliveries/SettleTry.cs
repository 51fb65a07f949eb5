using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>
/// Settles a try however long the database is away: a known outcome that is not written down would be a doubt. Tells the
/// operator when the relay refused the run.
/// </summary>
public sealed class SettleTry(
    SettlementRules rules, SettleMessage settle, RunPause pause, TimeProvider time, ILogger<SettleTry> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public async Task RunAsync(Claim claim, Guid worker, Try attempt)
    {
        var settlement = rules.Of(claim, attempt.Outcome);
        await SettleAsync(claim, worker, attempt, settlement);
        if (settlement.PausesRun)
        {
            await pause.TellAsync(claim, attempt.Outcome);
        }
        else if (settlement.State == DeliveryState.Accepted)
        {
            await pause.AcceptedAsync(claim);
        }
    }

    private async Task SettleAsync(Claim claim, Guid worker, Try attempt, Settlement settlement)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                if (!await settle.RunAsync(claim, worker, attempt, settlement, CancellationToken.None))
                {
                    logger.SettledByOthers(claim.Key, attempt.Outcome.Verdict);
                }

                return;
            }
            // Whatever it was: giving up would leave a row begun under a living worker, which nothing recovers.
            catch (Exception error)
            {
                logger.SettleFailed(error, claim.Key);
                await Task.Delay(wait, time);
            }
        }
    }
}
