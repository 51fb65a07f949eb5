using Digest.Local.Mailbox;
using Digest.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>A scripted server and one session to it.</summary>
internal sealed class Relay : IAsyncDisposable
{
    /// <summary>A mark that stands already.</summary>
    public static readonly Task<bool> Marked = Task.FromResult(true);

    /// <summary>What follows is not known.</summary>
    public static readonly Func<WireMail?> NoNext = () => null;

    private readonly List<SmtpSession> sessions = [];
    private readonly SmtpSessions maker;

    private Relay(MailboxServer server, SmtpSettings settings)
    {
        Server = server;
        maker = new(settings, Time);
        Session = NewSession();
    }

    public MailboxServer Server { get; }

    public SmtpSession Session { get; }

    public FakeTimeProvider Time { get; } = new();

    public static async Task<Relay> StartAsync(MailboxOptions? options = null, Action<SmtpSettings>? configure = null)
    {
        var server = await MailboxServer.StartAsync(options ?? new MailboxOptions());
        var settings = new SmtpSettings
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Security = SmtpSecurity.None,
            LocalDomain = "digest.example.com",
            // A hung server ends a test by MailKit's own time-out; nothing waits this long otherwise.
            TimeoutSeconds = 30,
        };
        configure?.Invoke(settings);
        return new Relay(server, settings);
    }

    /// <summary>In clear, or behind the TLS that is asked for.</summary>
    public static Task<Relay> StartAsync(SmtpSecurity security, TestCertificates certificates) => StartAsync(
        new MailboxOptions
        {
            Certificate = certificates.Relay,
            StartTls = security == SmtpSecurity.StartTls,
            ImplicitTls = security == SmtpSecurity.Tls,
        },
        settings => (settings.Security, settings.CaFile) = (security, certificates.CaFile));

    public SmtpSession NewSession()
    {
        var session = maker.Create();
        sessions.Add(session);
        return session;
    }

    public Task<SmtpOutcome> SendAsync(TestMail? mail = null) =>
        SendUntilAsync(TestContext.Current.CancellationToken, mail);

    /// <param name="stop">The host stops.</param>
    /// <param name="other">Instead of <see cref="Mails.Issue"/>.</param>
    public async Task<SmtpOutcome> SendUntilAsync(CancellationToken stop, TestMail? other = null)
    {
        var mail = other ?? Mails.Issue;
        using var message = Mails.Plain.Compose(mail);
        return await Session.SendAsync(new WireMail(message, mail.ReturnPath, mail.To), Relay.Marked, Relay.NoNext, stop);
    }

    /// <summary>Sends one signed mail and returns the bytes that the server took.</summary>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(TestMail mail)
    {
        using var message = Mails.Signing.Compose(mail);
        var outcome = await Session.SendAsync(new WireMail(message, mail.ReturnPath, mail.To), Relay.Marked, Relay.NoNext, TestContext.Current.CancellationToken);
        Assert.Equal(SmtpVerdict.Accepted, outcome.Verdict);
        return Server.Store.All[^1].Raw;
    }

    public IReadOnlyList<string> Commands(string verb) =>
        Server.Transcript.Where(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].StartsWith(verb, StringComparison.OrdinalIgnoreCase)).ToList();

    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}
