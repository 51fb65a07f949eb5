using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A claim that a lane has, and its message, which is composed once.</summary>
/// <param name="claim">Whose message.</param>
/// <param name="hold">Where the claim is not the lane's before its turn.</param>
internal sealed class LaneClaim(Claim claim, HeldClaim? hold = null) : IDisposable
{
    public Claim Claim { get; } = claim;

    public HeldClaim? Hold { get; } = hold;

    /// <summary>None before <see cref="Compose"/>.</summary>
    public Task<WireMail>? Mail { get; private set; }

    /// <summary>The message, which may be in the making since long.</summary>
    public Task<WireMail> Compose(ClaimedMail mail) => Mail ??= mail.ComposeAsync(Claim, CancellationToken.None).AsTask();

    /// <summary>What is still being composed, or could not be, has nothing to give back but to the garbage collector.</summary>
    public void Dispose()
    {
        if (Mail is { IsCompletedSuccessfully: true } made)
        {
            made.Result.Dispose();
        }
        else
        {
            // Nobody may be waiting for it any more.
            _ = Mail?.ContinueWith(static failed => _ = failed.Exception, TaskScheduler.Default);
        }
    }
}
