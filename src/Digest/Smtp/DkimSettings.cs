using Digest.Settings;

namespace Digest.Smtp;

/// <summary>DKIM by us. With no domain the relay signs, and must cover both unsubscribe headers (RFC 8058 section 4).</summary>
public sealed class DkimSettings : ISettings
{
    public static string Section => "Digest:Dkim";

    /// <summary>The d= tag; shares the organizational domain of From.</summary>
    public string? Domain { get; set; }

    /// <summary>The s= tag: the key's name below _domainkey.</summary>
    public string? Selector { get; set; }

    /// <summary>RSA private key of at least 2048 bits (RFC 8301 section 3) in PEM; line ends may be written as \n.</summary>
    public string? PrivateKey { get; set; }

    public IEnumerable<string> Problems() => [];
}
