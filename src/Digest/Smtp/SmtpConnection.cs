using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.IO;

namespace Digest.Smtp;

/// <summary>
/// One connection that knows at every instant how far a message has come. MailKit tells of a loss by its exception alone,
/// and that does not say whether the final dot was sent; the stage does.
/// </summary>
internal sealed class SmtpConnection(SmtpSettings settings, X509Certificate2Collection? authorities) : SmtpClient, ITransferProgress
{
    private Socket? socket;
    private SmtpStage stage;
    private long size;

    /// <summary>How many messages it has carried or begun to.</summary>
    public int Messages { get; private set; }

    /// <summary>
    /// The server has closed, or has spoken unasked (which is a 421 before closing). MailKit's IsConnected does no I/O and
    /// would not know.
    /// </summary>
    public bool HasUnreadEnd => socket is { } open && open.Poll(0, SelectMode.SelectRead);

    /// <exception cref="Exception">See <see cref="ConnectFailures.IsOne"/>.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        LocalDomain = settings.LocalDomain;
        Timeout = settings.TimeoutSeconds * 1000;
        CheckCertificateRevocation = settings.CheckRevocation;
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        DeliveryStatusNotificationType = DeliveryStatusNotificationType.HeadersOnly;

        socket = await DialAsync(cancellationToken);
        await ConnectAsync(socket, settings.Host, settings.Port, Options(settings.Security), cancellationToken);
        if (!string.IsNullOrEmpty(settings.UserName))
        {
            await AuthenticateAsync(settings.UserName, settings.Password!, cancellationToken);
        }

        // Messages are 7 bit and addresses ASCII. With these offered MailKit would decode A-labels or send BDAT.
        Capabilities &= ~(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime | SmtpCapabilities.BinaryMime | SmtpCapabilities.Chunking);
    }

    /// <summary>One transaction. The reply is waited for, however long; only the timeout ends the wait.</summary>
    public async Task<SmtpOutcome> TransmitAsync(MimeMessage message, MailboxAddress returnPath, MailboxAddress recipient)
    {
        Messages++;
        stage = SmtpStage.Mail;
        size = Measure(message);
        // MailKit declares the size and then sends whatever the server's limit is (RFC 1870 section 6).
        if (MaxSize > 0 && size > MaxSize)
        {
            return SmtpOutcomes.OurFault(stage, $"The message has {size} bytes and the relay takes at most {MaxSize}.");
        }

        try
        {
            var text = await SendAsync(WireFormat.Options, message, returnPath, [recipient], CancellationToken.None, this);
            return SmtpOutcomes.Of(SmtpStage.Reply, (int)SmtpStatusCode.Ok, text);
        }
        catch (SmtpCommandException reply)
        {
            return SmtpOutcomes.Of(stage, (int)reply.StatusCode, reply.Message);
        }
        catch (ServiceNotAuthenticatedException reply)
        {
            return SmtpOutcomes.Of(stage, (int)SmtpStatusCode.AuthenticationRequired, reply.Message);
        }
        catch (Exception exception) when (LostConnection.IsOne(exception))
        {
            return SmtpOutcomes.WithoutReply(stage, LostConnection.Describe(exception));
        }
    }

    void ITransferProgress.Report(long bytesTransferred) => stage = SmtpStage.Body;

    /// <summary>
    /// Called after each piece handed to the socket's buffer. Dot-stuffing makes the transfer longer than the message, never
    /// shorter: from here on the dot may be on its way. Errs towards doubt.
    /// </summary>
    void ITransferProgress.Report(long bytesTransferred, long totalSize)
    {
        stage = SmtpStage.Body;
        if (bytesTransferred < totalSize)
        {
            return;
        }

        // The last instant at which the message can be withdrawn: a server that has left gets no dot, so there is no doubt.
        if (socket!.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
        {
            throw new IOException("The server closed the connection before the final dot.");
        }

        stage = SmtpStage.Reply;
    }

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => stage = SmtpStage.Recipient;

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => stage = SmtpStage.Data;

    /// <summary>Nothing: the message was prepared before it was signed.</summary>
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength) =>
        options.International = false;

    protected override Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(size);

    /// <summary>RFC 3461 section 4.4: comes back in a bounce and names the message.</summary>
    protected override string? GetEnvelopeId(MimeMessage message) =>
        message.MessageId is { } id ? MessageIdHash.Of(id) : null;

    protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) =>
        DeliveryStatusNotification.Failure | DeliveryStatusNotification.Delay;

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

    /// <summary>Our own socket, for NoDelay: MailKit never sets it, and Nagle with delayed acknowledgement costs 44 ms a message.</summary>
    private async Task<Socket> DialAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(Math.Min(settings.TimeoutSeconds, 60)));
        var dialled = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await dialled.ConnectAsync(settings.Host, settings.Port, patience.Token);
            return dialled;
        }
        catch
        {
            dialled.Dispose();
            throw;
        }
    }

    private static SecureSocketOptions Options(SmtpSecurity security) => security switch
    {
        // Never Auto or StartTlsWhenAvailable: both go on in clear when STARTTLS is missing.
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    private static long Measure(MimeMessage message)
    {
        using var measure = new MeasuringStream();
        message.WriteTo(WireFormat.Options, measure);
        return measure.Length;
    }
}
