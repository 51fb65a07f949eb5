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
    public static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(4);

    private const int OutOfOrder = 503;

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    private readonly SmtpSettings settings;
    private readonly X509Certificate2Collection? authorities;
    private readonly TimeProvider time;
    private readonly AnnouncingTrust announcing;
    private readonly WireLoop? lane;
    private SmtpConnection? connection;
    private long lastUsed;

    /// <summary>What <see cref="AnnouncingTrust.Ask"/> said of the announced message.</summary>
    private int? asked;

    internal SmtpSession(
        SmtpSettings settings, X509Certificate2Collection? authorities, AnnouncingTrust announcing, TimeProvider time, WireLoop? lane)
    {
        this.settings = settings;
        this.authorities = authorities;
        this.announcing = announcing;
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
        if (connection is { Announced: null } kept && CanGoOn(kept))
        {
            return null;
        }

        await CloseAsync();
        if (cancellationToken.IsCancellationRequested)
        {
            return Stopped();
        }

        var fresh = new SmtpConnection(settings, authorities, MayAnnounce, lane);
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

    /// <summary>There is a connection, whether or not the server keeps it.</summary>
    public bool IsOpen => connection is not null;

    /// <summary>A connection is up and may carry the next message, the announced one if there is one.</summary>
    public bool IsReady => connection is { } kept && (kept.Announced is not null || CanGoOn(kept));

    private bool IsReadyFor(WireMail mail) => connection?.Announced is { } next ? next == mail : IsReady;

    /// <param name="mail">Disposed of by the caller, after this.</param>
    /// <param name="mark">
    /// The ledger's mark that the message is begun: true once it is committed. It may be committed while the message is on its
    /// way, as the final dot waits for it: before the dot nothing can be accepted. False, or a fault, withdraws the message:
    /// the outcome is <see cref="SmtpVerdict.NotSent"/>.
    /// </param>
    /// <param name="following">
    /// Asked at the instant of the final dot for the message that is sent here next, if it is known: its envelope goes out along with
    /// the dot where the server takes that. It then is sent next, or <see cref="Withdraw"/> is called.
    /// </param>
    /// <param name="cancellationToken">
    /// Honoured until the message begins, when the outcome is <see cref="SmtpVerdict.NotSent"/>; from then on the reply is
    /// waited for, as a cancelled wait is a message in doubt.
    /// </param>
    public async Task<SmtpOutcome> SendAsync(
        WireMail mail, Task<bool> mark, Func<WireMail?> following, CancellationToken cancellationToken)
    {
        if (!IsReadyFor(mail) && await OpenAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        var announced = connection!.Announced is null ? null : asked;
        var wasUsed = connection.Messages > 0;
        var outcome = await TransmitAsync(mail, mark, following, cancellationToken);
        if (!wasUsed || !(ClosedBetweenMessages(outcome) || (announced is not null && WasNotHeard(outcome))))
        {
            if (announced is { } heard && outcome.Stage > SmtpStage.Connect)
            {
                announcing.Heard(heard);
            }

            return outcome;
        }

        // A farewell says nothing of what the server makes of an announcement.
        if (announced is not null && outcome.Code != SmtpOutcomes.SessionEnds)
        {
            announcing.Lost(waited: outcome.Code is not null || outcome.Reply == LostConnection.Silence);
        }

        return await OpenAsync(cancellationToken) ?? await TransmitAsync(mail, mark, following, cancellationToken);
    }

    /// <summary>The message whose envelope may be under way is not sent after all. It was not begun, and its connection is given up.</summary>
    public void Withdraw()
    {
        if (connection?.Announced is not null)
        {
            Drop();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private bool CanGoOn(SmtpConnection kept) =>
        kept.IsConnected
        && kept.Messages < settings.MessagesPerConnection
        && time.GetElapsedTime(lastUsed) < LongestIdle
        && !kept.HasUnreadEnd;

    private async Task<SmtpOutcome> TransmitAsync(
        WireMail mail, Task<bool> mark, Func<WireMail?> following, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Withdraw();
            return Stopped();
        }

        if (mark.IsCompleted && mark is not { IsCompletedSuccessfully: true, Result: true })
        {
            Withdraw();
            return SmtpOutcomes.Withdrawn(SmtpStage.Connect);
        }

        SmtpOutcome outcome;
        try
        {
            outcome = await connection!.TransmitAsync(mail, mark, following);
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

    private bool MayAnnounce() => (asked = announcing.Ask(this)) is not null;

    /// <summary>
    /// A server may close a kept connection whenever it likes, and its closing meets our next MAIL. Nothing of the message
    /// was said, so it goes out again at once, on a new connection, without being charged a try.
    /// </summary>
    private static bool ClosedBetweenMessages(SmtpOutcome outcome) =>
        outcome is { Verdict: SmtpVerdict.NotSent, Stage: SmtpStage.Mail, Code: null };

    /// <summary>
    /// To an announced message a server says the 421 that would otherwise be found unread after the last one; a 4.7.x is meant for us and
    /// counts. One that keeps a transaction whose dot it refused says 503, against RFC 5321 section 4.1.1.4.
    /// </summary>
    private static bool WasNotHeard(SmtpOutcome outcome) => outcome.Stage == SmtpStage.Mail
        && (outcome.Code == OutOfOrder
            || (outcome.Code == SmtpOutcomes.SessionEnds && outcome.EnhancedCode?.StartsWith("4.7.", StringComparison.Ordinal) != true));

    private static SmtpOutcome Stopped() => SmtpOutcomes.WithoutReply(SmtpStage.Connect, "Stopped before the message began.");

    /// <summary>QUIT and close; what is sent next opens another connection.</summary>
    public async Task CloseAsync()
    {
        Withdraw();
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
        if (connection?.Announced is not null)
        {
            // The server may wait for the text of it: an end that looks like one would be an empty message.
            connection.Abort();
        }

        connection?.Dispose();
        connection = null;
        announcing.Leave(this);
    }
}
