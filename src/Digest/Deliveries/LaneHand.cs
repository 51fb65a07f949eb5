using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>
/// What a lane has in its hands between two replies: the outcome of the last message, and how far the next one has come. Whatever
/// goes wrong meanwhile, neither is forgotten.
/// </summary>
internal sealed class LaneHand(Claim claim, Settling? owed)
{
    /// <summary>What became of a message whose mark the database neither took nor refused.</summary>
    public static readonly SmtpOutcome NotMarked = new(SmtpVerdict.NotSent, SmtpStage.Body, Reply: "Not sent: the database did not answer.");

    public Claim Claim { get; } = claim;

    /// <summary>The outcome before, until it is written.</summary>
    public Settling? Owed { get; set; } = owed;

    /// <summary>The mark of this message, once it is handed over.</summary>
    public LedgerStep? Step { get; private set; }

    /// <summary>What that mark bears.</summary>
    public DateTimeOffset? BegunAt { get; private set; }

    /// <summary>What the relay said to it, once it did.</summary>
    public SmtpOutcome? Outcome { get; set; }

    public void Begin(LedgerStep step, DateTimeOffset at) => (Step, BegunAt) = (step, at);
}
