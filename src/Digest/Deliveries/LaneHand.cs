using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A claim that a lane has taken, and its message, which may still be in the making.</summary>
/// <param name="Hold">Where the claim is not the lane's before its turn.</param>
internal sealed record ComposedClaim(Claim Claim, Task<WireMail> Mail, HeldClaim? Hold = null) : IDisposable
{
    /// <summary>A message that is still being composed is let go with the task.</summary>
    public void Dispose()
    {
        if (Mail.IsCompletedSuccessfully)
        {
            Mail.Result.Dispose();
        }
    }
}

/// <summary>
/// What a lane has in its hands between two replies: the outcome of the last message, and how far the next one has come. Whatever
/// goes wrong meanwhile, neither is forgotten.
/// </summary>
/// <param name="composed">The message.</param>
/// <param name="owed">The outcome of the one before.</param>
internal sealed class LaneHand(ComposedClaim composed, Settling? owed) : IDisposable
{
    /// <summary>What became of a message whose mark the database neither took nor refused.</summary>
    public static readonly SmtpOutcome NotMarked = new(SmtpVerdict.NotSent, SmtpStage.Body, Reply: "Not sent: the database did not answer.");

    public Claim Claim => composed.Claim;

    /// <exception cref="NotComposedException">See <see cref="ClaimedMail.ComposeAsync"/>.</exception>
    public Task<WireMail> Mail => composed.Mail;

    /// <summary>The outcome before, until it is written.</summary>
    public Settling? Owed { get; set; } = owed;

    /// <summary>The mark of this message, once it is handed over.</summary>
    public LedgerStep? Step { get; private set; }

    /// <summary>What that mark bears.</summary>
    public DateTimeOffset? BegunAt { get; private set; }

    /// <summary>What the lane sends after it, where that is known.</summary>
    public ComposedClaim? Next { get; set; }

    /// <summary>What the relay said to it, once it did.</summary>
    public SmtpOutcome? Outcome { get; set; }

    public void Begin(LedgerStep step, DateTimeOffset at) => (Step, BegunAt) = (step, at);

    public void Dispose() => composed.Dispose();
}
