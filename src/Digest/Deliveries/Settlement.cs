using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>What the ledger does with an outcome.</summary>
/// <param name="State">The row's next state.</param>
/// <param name="Wait">From now until it is due again, for a state that waits.</param>
/// <param name="ChargesTry">Whether this counts as a try for the back-off.</param>
/// <param name="PausesRun">The relay refused us, not the reader: the issue pauses until an operator resumes it.</param>
/// <param name="SuppressesAddress">The mailbox does not exist.</param>
public sealed record Settlement(
    DeliveryState State, TimeSpan Wait = default, bool ChargesTry = false, bool PausesRun = false, bool SuppressesAddress = false);

/// <summary>From what the relay said to what the ledger does: the E-matrix, once it is known what the other recipients got.</summary>
public sealed class SettlementRules(BackOff backOff, PolicyRefusals refusals)
{
    /// <param name="claim">The row.</param>
    /// <param name="outcome">What became of the try.</param>
    /// <param name="another">Another relay is there to take the message.</param>
    public Settlement Of(Claim claim, SmtpOutcome outcome, bool another = false)
    {
        var attempts = claim.Attempts;
        var everybodyRefused = refusals.Record(outcome);
        // What one relay deferred, or may have, stays its own while it takes mail (see ClaimDue).
        var waiting = attempts > 0 ? DeliveryState.Deferred : DeliveryState.Queued;
        return outcome.Verdict switch
        {
            SmtpVerdict.Accepted => new(DeliveryState.Accepted),
            SmtpVerdict.Rejected => new(DeliveryState.Rejected),
            SmtpVerdict.NoSuchMailbox => new(DeliveryState.Rejected, SuppressesAddress: true),
            SmtpVerdict.Deferred => Deferred(outcome, attempts),
            SmtpVerdict.NotSent => new(waiting, backOff.AfterLostConnection(outcome)),
            // One 5.7.x to one recipient may be that recipient's own filter. It gets a second chance, as a fault of ours may
            // show in the next replies only; then it is final (RFC 5321 section 4.2.1), and the reader is not suppressed.
            SmtpVerdict.OurFault when PolicyRefusals.MayBeTheRecipients(outcome) && !everybodyRefused =>
                attempts < 2 ? Deferred(outcome, attempts) : new(DeliveryState.Rejected),
            // A login or a certificate concerns that relay alone.
            SmtpVerdict.OurFault when another && !RelayCircuit.IsAnswer(outcome) => new(waiting, backOff.AfterLostConnection(outcome)),
            // An issue waits for its operator; a notice has nothing to pause and tries again by itself.
            SmtpVerdict.OurFault => new(
                waiting, claim.Key.Kind == LedgerKind.Notice ? backOff.After(outcome, attempts) : default, PausesRun: true),
            _ => new(DeliveryState.InDoubt, backOff.After(outcome, attempts)),
        };
    }

    private Settlement Deferred(SmtpOutcome outcome, int attempts) =>
        new(DeliveryState.Deferred, backOff.After(outcome, attempts), ChargesTry: true);
}
