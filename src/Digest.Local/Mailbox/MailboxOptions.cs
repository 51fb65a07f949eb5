using System.Globalization;
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

    /// <summary>Extensions in the EHLO reply beside STARTTLS. "AUTH PLAIN LOGIN" makes clients log in; everybody may.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = ["PIPELINING", "SIZE 26214400", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN"];

    /// <summary>What is kept of a message, from all of it; all when left out. For a mailbox that only counts many thousands.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Keep { get; init; }

    /// <summary>The largest message in bytes, as SIZE among <see cref="Extensions"/> says (RFC 1870); else 25 MiB.</summary>
    internal int MaximumSize => Extensions
        .Where(extension => extension.StartsWith("SIZE ", StringComparison.Ordinal))
        .Select(extension => int.Parse(extension.AsSpan(5), CultureInfo.InvariantCulture))
        .FirstOrDefault(25 * 1024 * 1024);
}
