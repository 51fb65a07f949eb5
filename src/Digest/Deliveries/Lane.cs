using Digest.Settings;
using Digest.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>One try at one claim.</summary>
/// <param name="BegunAt">Its mark, or none when it ended before.</param>
public sealed record Try(DateTimeOffset? BegunAt, SmtpOutcome Outcome);

/// <summary>
/// One kept connection and what it works through, a claim at a time. The outcome of a message and the mark of the next are
/// one step of the ledger, committed while the envelope of the next is already with the relay; its final dot waits for the commit.
/// Where many claims wait, the next is composed during that commit, and its envelope sent along with the dot.
/// </summary>
public sealed class Lane(
    ClaimedMail claimedMail, ReleaseClaims release, RunPause pause, SendingSpeed speed, IOptions<SendingSettings> settings, TimeProvider time,
    ILogger<Lane> log)
{
    private readonly ILogger logger = new UnfailingLog(log);

    /// <param name="worker">Who holds the claims.</param>
    /// <param name="route">Where they come from and where their mail goes.</param>
    /// <param name="number">Of this lane among the route's, from 0.</param>
    /// <param name="commit">Where marks and outcomes go.</param>
    /// <param name="stopping">Nothing more is begun; what is begun gets its reply (checklist E8).</param>
    public async Task RunAsync(Guid worker, Route route, int number, GroupCommit commit, CancellationToken stopping)
    {
        while (await route.Gate.EnterAsync(number, stopping) is { } pass)
        {
            await ConnectedAsync(worker, route, commit, pass.Token);
            route.Gate.Leave(number);
        }
    }

    /// <summary>Works until there is a stop, or the relay gets fewer connections than this lane's number.</summary>
    private async Task ConnectedAsync(Guid worker, Route route, GroupCommit commit, CancellationToken stopping)
    {
        var loop = WireLoop.Next();
        await using var session = route.Relay.Sessions.Create(loop);
        var ledger = new LaneLedger(worker, route, loop, commit, release, pause, speed, logger);
        var queue = new LaneQueue(route.Queue, session, TimeSpan.FromSeconds(settings.Value.ReconnectSeconds), time);
        Settling? owed = null;
        LaneClaim? next = null;
        while (true)
        {
            if (owed is { Try.Outcome.Code: SmtpOutcomes.SessionEnds })
            {
                owed = await ledger.SettleAsync(owed);
                await queue.RestAsync(next, stopping);
                next = null;
            }

            if (next is { Hold: { } hold } && !route.Queue.TryTake(hold))
            {
                // It was held for too long, and another has it now.
                session.Withdraw();
                next.Dispose();
                next = null;
            }

            if (next is null && (owed is null ? await queue.TakeAsync(stopping) : route.Queue.TryTake()) is { } claim)
            {
                next = new(claim);
            }

            if (next is null && owed is null)
            {
                return;
            }

            if (next is null)
            {
                owed = await ledger.SettleAsync(owed);
                continue;
            }

            using var hand = new LaneHand(next, owed);
            try
            {
                owed = await SendAsync(route, session, ledger, hand, stopping);
            }
            catch (Exception error)
            {
                // Nothing that one message does ends its lane, and no row stays claimed under a living worker, which nothing recovers.
                logger.LaneFailed(error, hand.Claim.Key);
                owed = await ledger.SalvageAsync(hand);
            }

            next = hand.Next;
        }
    }

    /// <returns>What is owed to the ledger for this claim, or none when nothing is.</returns>
    private async Task<Settling?> SendAsync(
        Route route, SmtpSession session, LaneLedger ledger, LaneHand hand, CancellationToken stopping)
    {
        if (!MayBegin(route, stopping))
        {
            session.Withdraw();
            await ledger.SettleAsync(hand);
            return await ledger.GiveBackAsync(hand.Claim);
        }

        try
        {
            var isReady = session.IsReady;
            if (!isReady || hand.Owed is { Settlement.PausesRun: true })
            {
                // What follows may take its time, and the last outcome does not wait for it.
                await ledger.SettleAsync(hand);
            }

            var mail = await hand.ComposeAsync(claimedMail);
            if (isReady || await session.OpenAsync(stopping) is not { } closed)
            {
                return await TransmitAsync(route, session, ledger, hand, mail, stopping);
            }

            // A message is not begun before a closed door: nothing of it can be in doubt while the relay is away.
            await ledger.SettleAsync(hand);
            return stopping.IsCancellationRequested
                ? await ledger.GiveBackAsync(hand.Claim)
                : ledger.Owe(hand.Claim, new Try(BegunAt: null, await route.RecordAsync(closed)), route.HasAnother);
        }
        catch (NotComposedException error)
        {
            await ledger.SettleAsync(hand);
            logger.TryFailed(error.InnerException!, hand.Claim.Key);
            return ledger.Owe(hand.Claim, new Try(BegunAt: null, error.Outcome));
        }
    }

    private static bool MayBegin(Route route, CancellationToken stopping) => route.MayTry && !stopping.IsCancellationRequested;

    private async Task<Settling?> TransmitAsync(
        Route route, SmtpSession session, LaneLedger ledger, LaneHand hand, WireMail mail, CancellationToken stopping)
    {
        var step = await ledger.BeginAsync(hand, time.GetUtcNow());
        var sending = TransmitAsync(session, hand, mail, step, () => Following(route, ledger, hand, stopping), stopping);
        SmtpOutcome outcome;
        try
        {
            if (!sending.IsCompleted && MayBegin(route, stopping) && route.Queue.TryHold(time.GetUtcNow()) is { } hold)
            {
                // While the relay has the envelope or the text, and the dot waits for the mark.
                hand.Next = new(hold.Claim, hold);
                _ = hand.Next.Compose(claimedMail);
            }
        }
        finally
        {
            hand.Outcome = outcome = await sending;
        }

        await ledger.FinishAsync(hand);
        return await step.IsMarkedAsync() switch
        {
            true => ledger.Owe(hand.Claim, new Try(hand.BegunAt, await route.RecordAsync(outcome))),
            false => await ledger.GiveBackAsync(hand.Claim),
            // The mark may stand, but that no dot was sent is known.
            null => ledger.Owe(hand.Claim, new Try(hand.BegunAt, LaneHand.NotMarked)),
        };
    }

    /// <summary>The mail to be announced: one that nothing known now keeps from being begun. A connection whose announced mail is not sent is lost.</summary>
    private static WireMail? Following(Route route, LaneLedger ledger, LaneHand hand, CancellationToken stopping) =>
        hand.Next is { Mail: { IsCompletedSuccessfully: true } mail, Hold: { } hold } next
            && MayBegin(route, stopping) && route.Queue.Holds(hold) && !ledger.MayRefuse(next.Claim)
                ? mail.Result
                : null;

    private async Task<SmtpOutcome> TransmitAsync(
        SmtpSession session, LaneHand hand, WireMail mail, LedgerStep step, Func<WireMail?> following, CancellationToken stopping)
    {
        try
        {
            return await session.SendAsync(mail, step.Marked, following, stopping);
        }
        catch (Exception error)
        {
            // Nobody knows how far it came.
            logger.TryFailed(error, hand.Claim.Key);
            return new(SmtpVerdict.InDoubt, SmtpStage.Reply);
        }
    }
}
