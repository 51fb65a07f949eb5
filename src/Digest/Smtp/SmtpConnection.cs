using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Digest.Smtp;

/// <summary>One connection: MailKit opens it, and <see cref="SmtpTransaction"/> speaks on it.</summary>
/// <param name="settings">The relay's.</param>
/// <param name="authorities">Whom its certificate is vouched for by; none is the system's.</param>
/// <param name="mayAnnounce">Asked before anything is announced, which then is.</param>
/// <param name="lane">See <see cref="PatientStream"/>.</param>
internal sealed class SmtpConnection(
    SmtpSettings settings, X509Certificate2Collection? authorities, Func<bool> mayAnnounce, WireLoop? lane) : SmtpClient
{
    private Socket? socket;
    private object? stream;

    /// <summary>How many messages it has carried or begun to.</summary>
    public int Messages { get; private set; }

    /// <summary>Whose envelope was sent along with the last dot: the next to be sent here, or the connection is of no use.</summary>
    public WireMail? Announced { get; private set; }

    /// <summary>
    /// The server has closed, or has spoken unasked (which is a 421 before closing). MailKit's IsConnected does no I/O and
    /// would not know.
    /// </summary>
    public bool HasUnreadEnd => socket is { } open && open.Poll(0, SelectMode.SelectRead);

    /// <exception cref="Exception">See <see cref="ConnectFailures.IsOne"/>.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        LocalDomain = settings.LocalDomain;
        CheckCertificateRevocation = settings.CheckRevocation;
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;

        socket = await Dial.ConnectAsync(settings, cancellationToken);
        var wire = new PatientStream(socket, TimeSpan.FromSeconds(settings.TimeoutSeconds), lane);
        await ConnectAsync(wire, settings.Host, settings.Port, Options(settings.Security), cancellationToken);
        if (!string.IsNullOrEmpty(settings.UserName))
        {
            if (AuthenticationMechanisms.Contains("PLAIN"))
            {
                // The same password in the same words: to be refused it twice is twice as near to a locked account.
                AuthenticationMechanisms.Remove("LOGIN");
            }

            await AuthenticateAsync(settings.UserName, settings.Password!, cancellationToken);
        }

        stream = MailKitWire.StreamOf(this);
        wire.GoOnInLane();
    }

    /// <summary>One transaction. The reply is waited for, however long; only the timeout ends the wait.</summary>
    /// <param name="mail">What is sent; the announced one, if there is one.</param>
    /// <param name="mark">See <see cref="SmtpSession.SendAsync"/>.</param>
    /// <param name="following">See <see cref="SmtpSession.SendAsync"/>.</param>
    public Task<SmtpOutcome> TransmitAsync(WireMail mail, Task<bool> mark, Func<WireMail?> following)
    {
        Messages++;
        var isAnnounced = Announced == mail;
        Announced = null;
        return new SmtpTransaction(this, mail, mark, following).RunAsync(isAnnounced);
    }

    /// <summary>
    /// RFC 2920 section 3.1: MAIL, RCPT and DATA of the next message may follow the dot of the last without waiting for its reply;
    /// a round trip less, and a write.
    /// </summary>
    /// <returns>The commands; nothing when there is no next, or the server or this connection does not take it so.</returns>
    public string Announce(WireMail? next)
    {
        if (next is null || !Capabilities.HasFlag(SmtpCapabilities.Pipelining)
            || Messages >= settings.MessagesPerConnection || (MaxSize > 0 && next.Message.Size > MaxSize))
        {
            return "";
        }

        var commands = string.Concat(EnvelopeCommands.Of(next, Capabilities));
        if (commands.Length > WireMessage.RoomAfterDot || !mayAnnounce())
        {
            return "";
        }

        Announced = next;
        return commands;
    }

    public ValueTask WriteAsync(string commands) => WriteAsync(Encoding.ASCII.GetBytes(commands));

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => MailKitWire.Below(stream!).WriteAsync(bytes, CancellationToken.None);

    public Task<SmtpResponse> ReadReplyAsync() => MailKitWire.ReadReplyAsync(stream!, CancellationToken.None);

    /// <summary>
    /// Closes with a reset instead of a farewell: what the server holds of an unfinished message ends in an error, which nobody
    /// can take for its end.
    /// </summary>
    public void Abort()
    {
        socket!.Close(timeout: 0);
        Dispose();
    }

    /// <summary>The socket too when opening failed before MailKit had it.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            socket?.Dispose();
        }
    }

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        if (authorities is not null)
        {
            // A private authority publishes no revocation list that we could reach.
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }

    private static SecureSocketOptions Options(SmtpSecurity security) => security switch
    {
        // Never Auto or StartTlsWhenAvailable: both go on in clear when STARTTLS is missing.
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };
}
