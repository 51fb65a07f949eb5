using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Digest.Local.Mailbox;

public sealed record MailboxOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>TLS from the first byte.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Offers STARTTLS in EHLO.</summary>
    public bool StartTls { get; init; }

    /// <summary>Needed for either kind of TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Extensions in the EHLO reply beside STARTTLS.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = ["PIPELINING", "SIZE 26214400", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN"];
}

/// <summary>
/// A small SMTP server on loopback that keeps what it accepts: the demo's relay, and, through its script, the
/// fault injector of the tests.
/// </summary>
public sealed class MailboxServer : IAsyncDisposable
{
    /// <exception cref="LocalException">The port is taken.</exception>
    public static Task<MailboxServer> StartAsync(MailboxOptions options, MailStore? store = null) =>
        throw new NotImplementedException($"{options}{store}");

    public int Port => throw new NotImplementedException();

    public MailStore Store => throw new NotImplementedException();

    public SmtpScript Script => throw new NotImplementedException();

    /// <summary>Every command line received, as "connection: line"; bodies and AUTH secrets left out.</summary>
    public IReadOnlyList<string> Transcript => throw new NotImplementedException();

    /// <summary>How many connections have been accepted, and how many are open.</summary>
    public int Connections => throw new NotImplementedException();

    public int OpenConnections => throw new NotImplementedException();

    /// <summary>How many final dots have arrived, whatever was answered.</summary>
    public int Dots => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
