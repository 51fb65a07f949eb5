using System.Security.Cryptography;
using Digest.Settings;

namespace Digest.Smtp;

/// <summary>DKIM by us. With no domain the relay signs, and must cover both unsubscribe headers (RFC 8058 section 4).</summary>
public sealed class DkimSettings : ISettings
{
    /// <summary>RFC 8301 section 3: signers SHOULD use at least this many bits.</summary>
    public const int LeastKeyBits = 2048;

    public static string Section => "Digest:Dkim";

    /// <summary>The d= tag; shares the organizational domain of From.</summary>
    public string? Domain { get; set; }

    /// <summary>The s= tag: the key's name below _domainkey.</summary>
    public string? Selector { get; set; }

    /// <summary>RSA private key of at least 2048 bits (RFC 8301 section 3) in PEM; line ends may be written as \n.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>Whether this installation signs.</summary>
    public bool Signs => !string.IsNullOrWhiteSpace(Domain);

    public IEnumerable<string> Problems()
    {
        string?[] values = [Domain, Selector, PrivateKey];
        var missing = values.Count(string.IsNullOrWhiteSpace);
        if (missing == values.Length)
        {
            yield break;
        }

        if (missing > 0)
        {
            yield return "Digest:Dkim:Domain, Digest:Dkim:Selector and Digest:Dkim:PrivateKey belong together: set all three to sign, or none to let the relay sign.";
            yield break;
        }

        if (Uri.CheckHostName(Domain) != UriHostNameType.Dns || !Domain!.Contains('.', StringComparison.Ordinal))
        {
            yield return "Digest:Dkim:Domain must be a domain name such as example.com.";
        }

        if (Uri.CheckHostName(Selector) != UriHostNameType.Dns)
        {
            yield return "Digest:Dkim:Selector must be the key's name below _domainkey, such as mail2026.";
        }

        if (KeyProblem() is { } problem)
        {
            yield return problem;
        }
    }

    /// <summary>The key, to be disposed of by the caller.</summary>
    /// <exception cref="ArgumentException">Not one PEM key.</exception>
    /// <exception cref="CryptographicException">Not an RSA private key.</exception>
    internal RSA ReadKey()
    {
        var key = RSA.Create();
        try
        {
            // Environment variables carry line ends as the two characters \n.
            key.ImportFromPem(PrivateKey!.Replace("\\n", "\n", StringComparison.Ordinal));
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private string? KeyProblem()
    {
        try
        {
            using var key = ReadKey();
            // A public key imports as well; only a private one signs.
            key.SignHash(new byte[SHA256.HashSizeInBytes], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return key.KeySize >= LeastKeyBits
                ? null
                : $"Digest:Dkim:PrivateKey has {key.KeySize} bits; make a new one with at least {LeastKeyBits}.";
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return "Digest:Dkim:PrivateKey must be an unencrypted RSA private key in PEM (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY).";
        }
    }
}
