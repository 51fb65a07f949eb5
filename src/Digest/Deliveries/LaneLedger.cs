using Digest.Smtp;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>What one lane writes to the ledger, and what follows from each outcome once it is written.</summary>
internal sealed class LaneLedger(
    Guid worker, Route route, WireLoop loop, GroupCommit commit, ReleaseClaims release, RunPause pause, SendingSpeed speed, ILogger logger)
{
    private static readonly SmtpOutcome Interrupted = new(SmtpVerdict.NotSent, SmtpStage.Connect, Reply: "Not sent: an unforeseen error.");

    /// <summary>What this try asks of the ledger; the lane owes it until it is written.</summary>
    /// <param name="claim">The row.</param>
    /// <param name="attempt">How it went.</param>
    /// <param name="another">Another relay is there to take it.</param>
    public Settling Owe(Claim claim, Try attempt, bool another = false) =>
        new(claim, attempt, route.Rules.Of(claim, attempt.Outcome, another), route.Name);

    /// <summary>See <see cref="GroupCommit.MayRefuse"/>.</summary>
    public bool MayRefuse(Claim claim) => commit.MayRefuse(claim.Key);

    /// <summary>Hands over the mark of a message, and with it what is owed for the one before.</summary>
    /// <returns>The step; committed already where the mark is likely to be refused.</returns>
    public async ValueTask<LedgerStep> BeginAsync(LaneHand hand, DateTimeOffset at)
    {
        var waits = MayRefuse(hand.Claim);
        var step = commit.Post(hand.Owed, new Beginning(hand.Claim, at, route.Name), loop);
        hand.Begin(step, at);
        if (waits)
        {
            await ((Task)step.Marked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return step;
    }

    /// <summary>Writes an outcome that no mark follows at once.</summary>
    /// <returns>Nothing owed any more.</returns>
    public async Task<Settling?> SettleAsync(Settling? owed)
    {
        if (owed is not null)
        {
            await FinishAsync(owed, commit.Post(owed, beginning: null, loop));
        }

        return null;
    }

    /// <summary>Writes the outcome before, which no mark follows at once.</summary>
    public async Task SettleAsync(LaneHand hand) => hand.Owed = await SettleAsync(hand.Owed);

    /// <summary>Waits until the outcome is written that went with this mark.</summary>
    public async Task FinishAsync(LaneHand hand)
    {
        if (hand.Owed is { } done)
        {
            hand.Owed = null;
            await FinishAsync(done, hand.Step!);
        }
    }

    /// <summary>
    /// After an error that nobody foresaw: writes the outcome before, and makes one of this message. It is in doubt if its dot may
    /// have been sent, and otherwise waits.
    /// </summary>
    public async Task<Settling?> SalvageAsync(LaneHand hand)
    {
        if (hand.Step is not { } step)
        {
            await SettleAsync(hand);
            return Owe(hand.Claim, new Try(BegunAt: null, Interrupted));
        }

        await FinishAsync(hand);
        return await step.IsMarkedAsync() switch
        {
            true => Owe(hand.Claim, new Try(hand.BegunAt, hand.Outcome ?? new(SmtpVerdict.InDoubt, SmtpStage.Reply))),
            false => await GiveBackAsync(hand.Claim),
            null => Owe(hand.Claim, new Try(hand.BegunAt, LaneHand.NotMarked)),
        };
    }

    /// <summary>Waits until an outcome is written, then tells the operator when the relay refused the run.</summary>
    private async Task FinishAsync(Settling done, LedgerStep step)
    {
        if (!await step.Settled)
        {
            // Whoever did has given back what it was counted under. If it was this worker, whose answer was lost, nobody has: of a day's
            // share too little is used, and not too much.
            logger.SettledByOthers(done.Claim.Key, done.Try.Outcome.Verdict);
        }
        else if (done.Try.BegunAt is null || done.Try.Outcome == LaneHand.NotMarked)
        {
            route.Unused.Add(done.Claim);
        }

        route.Queue.Done();
        speed.Count(done);

        try
        {
            await (done.Settlement switch
            {
                { PausesRun: true } => pause.TellAsync(done.Claim, done.Try.Outcome),
                { State: DeliveryState.Accepted } => pause.AcceptedAsync(done.Claim),
                _ => Task.CompletedTask,
            });
        }
        catch (Exception error)
        {
            // The lane has a message under way, whose outcome must not be lost over an alert.
            logger.AlertFailed(error);
        }
    }

    /// <summary>The claim waits for another try, or is suppressed when its reader may no longer have it.</summary>
    /// <returns>
    /// Nothing owed; or, when the database did not take it, the same as an outcome, which is written again until it does: a row
    /// left claimed under a living worker would wait for ever.
    /// </returns>
    public async Task<Settling?> GiveBackAsync(Claim claim)
    {
        bool wasOurs;
        try
        {
            wasOurs = await release.OneAsync(claim, worker, CancellationToken.None);
        }
        catch (Exception)
        {
            return Owe(claim, new Try(BegunAt: null, new(SmtpVerdict.NotSent, SmtpStage.Connect, Reply: "Not sent: given back.")));
        }

        if (wasOurs)
        {
            route.Unused.Add(claim);
        }

        route.Queue.Done();
        return null;
    }
}
