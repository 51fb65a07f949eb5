using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>
/// What a lane has in its hands between two replies: the outcome of the last message, and how far the next one has come. Whatever
/// goes wrong meanwhile, neither is forgotten.
/// </summary>
/// <param name="taken">The message.</param>
/// <param name="owed">The outcome of the one before.</param>
internal sealed class LaneHand(LaneClaim taken, Settling? owed) : IDisposable
{
    /// <summary>What became of a message whose mark the database neither took nor refused.</summary>
    public static readonly SmtpOutcome NotMarked = new(SmtpVerdict.NotSent, SmtpStage.Body, Reply: "Not sent: the database did not answer.");

    public Claim Claim => taken.Claim;

    /// <summary>The outcome before, until it is written.</summary>
    public Settling? Owed { get; set; } = owed;

    /// <summary>The mark of this message, once it is handed over.</summary>
    public LedgerStep? Step { get; private set; }

    /// <summary>What that mark bears.</summary>
    public DateTimeOffset? BegunAt { get; private set; }

    /// <summary>What the lane sends after it, where that is known.</summary>
    public LaneClaim? Next { get; set; }

    /// <summary>What the relay said to it, once it did.</summary>
    public SmtpOutcome? Outcome { get; set; }

    public void Begin(LedgerStep step, DateTimeOffset at) => (Step, BegunAt) = (step, at);

    /// <exception cref="NotComposedException">See <see cref="ClaimedMail.ComposeAsync"/>.</exception>
    public Task<WireMail> ComposeAsync(ClaimedMail mail) => taken.Compose(mail);

    public void Dispose() => taken.Dispose();
}
