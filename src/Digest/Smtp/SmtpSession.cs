using System.Security.Cryptography.X509Certificates;
using Digest.Settings;

namespace Digest.Smtp;

/// <summary>
/// One kept connection to the relay, used by one lane. Connects when first needed, reconnects by itself, never throws for
/// what a server or a network does: every try ends in an outcome.
/// </summary>
public sealed class SmtpSession : IAsyncDisposable
{
    /// <summary>Below the five minutes after which a server may hang up (RFC 5321 section 4.5.3.2.7).</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    private readonly SmtpSettings settings;
    private readonly X509Certificate2Collection? authorities;
    private readonly TimeProvider time;
    private readonly WireLoop? lane;
    private SmtpConnection? connection;
    private long lastUsed;

    internal SmtpSession(SmtpSettings settings, X509Certificate2Collection? authorities, TimeProvider time, WireLoop? lane)
    {
        this.settings = settings;
        this.authorities = authorities;
        this.time = time;
        this.lane = lane;
    }

    /// <summary>
    /// Makes sure that a connection is up, so that a message which is then begun meets no closed door. A kept connection
    /// that is used up, idle for too long or left by the server is replaced.
    /// </summary>
    /// <returns>None when it is up, otherwise why not.</returns>
    public async Task<SmtpOutcome?> OpenAsync(CancellationToken cancellationToken)
    {
        if (IsReady)
        {
            return null;
        }

        await CloseAsync();
        if (cancellationToken.IsCancellationRequested)
        {
            return Stopped();
        }

        var fresh = new SmtpConnection(settings, authorities, lane);
        try
        {
            await fresh.OpenAsync(cancellationToken);
        }
        catch (Exception exception) when (ConnectFailures.IsOne(exception))
        {
            fresh.Dispose();
            return cancellationToken.IsCancellationRequested ? Stopped() : ConnectFailures.OutcomeOf(exception);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }

        connection = fresh;
        lastUsed = time.GetTimestamp();
        return null;
    }

    /// <summary>A connection is up and may carry the next message.</summary>
    public bool IsReady => connection is { } kept && CanGoOn(kept);

    /// <param name="message">See <see cref="MessageTemplate.Write"/>; disposed of by the caller, after this.</param>
    /// <param name="returnPath">Envelope sender.</param>
    /// <param name="recipient">The one recipient.</param>
    /// <param name="mark">
    /// The ledger's mark that the message is begun: true once it is committed. It may be committed while the message is on its
    /// way, as the final dot waits for it: before the dot nothing can be accepted. False, or a fault, withdraws the message:
    /// the outcome is <see cref="SmtpVerdict.NotSent"/>.
    /// </param>
    /// <param name="cancellationToken">
    /// Honoured until the message begins, when the outcome is <see cref="SmtpVerdict.NotSent"/>; from then on the reply is
    /// waited for, as a cancelled wait is a message in doubt.
    /// </param>
    /// <exception cref="RefusedException">An address cannot be written in a command.</exception>
    public async Task<SmtpOutcome> SendAsync(
        WireMessage message, string returnPath, string recipient, Task<bool> mark, CancellationToken cancellationToken)
    {
        var from = WireAddress.Of(returnPath);
        var to = WireAddress.Of(recipient);

        if (await OpenAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        var wasUsed = connection!.Messages > 0;
        var outcome = await TransmitAsync(message, from, to, mark, cancellationToken);
        if (!wasUsed || !ClosedBetweenMessages(outcome))
        {
            return outcome;
        }

        return await OpenAsync(cancellationToken) ?? await TransmitAsync(message, from, to, mark, cancellationToken);
    }

    /// <summary>QUIT and close.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    private bool CanGoOn(SmtpConnection kept) =>
        kept.IsConnected
        && kept.Messages < settings.MessagesPerConnection
        && time.GetElapsedTime(lastUsed) < LongestIdle
        && !kept.HasUnreadEnd;

    private async Task<SmtpOutcome> TransmitAsync(
        WireMessage message, string from, string to, Task<bool> mark, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Stopped();
        }

        if (mark.IsCompleted && mark is not { IsCompletedSuccessfully: true, Result: true })
        {
            return SmtpOutcomes.Withdrawn(SmtpStage.Connect);
        }

        SmtpOutcome outcome;
        try
        {
            outcome = await connection!.TransmitAsync(message, from, to, mark);
        }
        catch
        {
            // No network's doing, and nobody knows where the conversation stands: the next message must not go on in it.
            Drop();
            throw;
        }

        lastUsed = time.GetTimestamp();
        if (outcome.Verdict is SmtpVerdict.NotSent or SmtpVerdict.InDoubt)
        {
            // Lost, ended by 421, or out of step: this connection is not spoken on again.
            Drop();
        }

        return outcome;
    }

    /// <summary>
    /// A server may close a kept connection whenever it likes, and its closing meets our next MAIL. Nothing of the message
    /// was said, so it goes out again at once, on a new connection, without being charged a try.
    /// </summary>
    private static bool ClosedBetweenMessages(SmtpOutcome outcome) =>
        outcome is { Verdict: SmtpVerdict.NotSent, Stage: SmtpStage.Mail, Code: null };

    private static SmtpOutcome Stopped() => SmtpOutcomes.WithoutReply(SmtpStage.Connect, "Stopped before the message began.");

    private async Task CloseAsync()
    {
        if (connection is { IsConnected: true, HasUnreadEnd: false } open)
        {
            try
            {
                using var patience = new CancellationTokenSource(LongestFarewell);
                await open.DisconnectAsync(quit: true, patience.Token);
            }
            catch (Exception exception) when (LostConnection.IsOne(exception))
            {
                // Everything said is settled; that nobody says goodbye loses nothing.
            }
        }

        Drop();
    }

    private void Drop()
    {
        connection?.Dispose();
        connection = null;
    }
}
