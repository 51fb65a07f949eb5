using Digest.Operators;
using Digest.Smtp;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Settles a try however long the database is away: a known outcome that is not written down would be a doubt. Tells the
/// operator when the relay refused the run.
/// </summary>
public sealed class SettleTry(
    SettlementRules rules, SettleMessage settle, AlertBook alerts, TimeProvider time, ILogger<SettleTry> logger)
{
    public const string RunPaused = "run-paused";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public async Task RunAsync(Claim claim, Guid worker, Try attempt)
    {
        var settlement = rules.Of(claim, attempt.Outcome);
        await SettleAsync(claim, worker, attempt, settlement);
        if (settlement.PausesRun)
        {
            await AlertAsync(claim, attempt.Outcome);
        }
    }

    private async Task SettleAsync(Claim claim, Guid worker, Try attempt, Settlement settlement)
    {
        while (true)
        {
            try
            {
                if (!await settle.RunAsync(claim, worker, attempt, settlement, CancellationToken.None))
                {
                    logger.SettledByOthers(claim.Key, attempt.Outcome.Verdict);
                }

                return;
            }
            catch (NpgsqlException error) when (error.IsTransient)
            {
                logger.SettleFailed(error, claim.Key);
                await Task.Delay(Retry, time);
            }
        }
    }

    private async Task AlertAsync(Claim claim, SmtpOutcome outcome)
    {
        var reply = outcome.Reply ?? $"{outcome.Code} {outcome.EnhancedCode}".Trim();
        logger.RunPaused(claim.Key, outcome.Code, outcome.EnhancedCode);
        if (claim.Key.Kind == LedgerKind.Delivery)
        {
            await alerts.RaiseAsync(RunPaused, claim.NewsletterId, claim.Key.Id,
                $"The relay refused us at {outcome.Stage}, not the readers, and the issue is paused: {reply}",
                "Mend the cause at the relay or in the settings, then resume the issue; nothing was lost and nobody was suppressed.",
                CancellationToken.None);
        }
        else
        {
            await alerts.RaiseAsync(RunPaused, claim.NewsletterId, null,
                $"The relay refused us at {outcome.Stage}, not the reader, when we sent a notice: {reply}",
                "Mend the cause at the relay or in the settings; notices are tried again by themselves.",
                CancellationToken.None);
        }
    }
}
