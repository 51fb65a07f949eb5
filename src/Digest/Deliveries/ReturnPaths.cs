using System.Security.Cryptography;

namespace Digest.Deliveries;

/// <summary>
/// VERP envelope senders, <c>b+id.mac@domain</c>: a report that comes back names its delivery, and nobody else can make
/// one up. 57 characters before the @, of the 64 that RFC 5321 section 4.5.3.1.1 allows; indifferent to case; the same on
/// every try, because greylisting compares envelopes (RFC 6647).
/// </summary>
public sealed class ReturnPaths(MailMac mac)
{
    private const string Prefix = "b+";
    private const string Purpose = "return-path";

    /// <param name="key">The row of the ledger.</param>
    /// <param name="domain">The newsletter's return-path domain.</param>
    public string Of(LedgerKey key, string domain)
    {
        var id = MailMac.Write(key);
        return $"{Prefix}{Base32.Encode(id)}.{Base32.Encode(mac.Of(Purpose, id))}@{domain}";
    }

    /// <summary>The row that an address of ours names, or none when it is not ours or was tampered with.</summary>
    /// <param name="address">As it came back, in any case; its domain is not compared.</param>
    public LedgerKey? Read(string address)
    {
        var localPart = address.AsSpan()[..Math.Max(address.LastIndexOf('@'), 0)];
        if (!localPart.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var written = localPart[Prefix.Length..];
        var dot = written.IndexOf('.');
        return dot >= 0
            && Base32.Decode(written[..dot]) is { Length: MailMac.KeyBytes } id
            && Base32.Decode(written[(dot + 1)..]) is { } given
            && CryptographicOperations.FixedTimeEquals(given, mac.Of(Purpose, id))
            ? MailMac.Read(id)
            : null;
    }
}
