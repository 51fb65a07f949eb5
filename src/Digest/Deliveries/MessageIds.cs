namespace Digest.Deliveries;

/// <summary>
/// Message-IDs (RFC 5322 section 3.6.4): one for each row of the ledger, the same on every try, so that a receiver can
/// drop a doubled copy and an operator can find a delivery in the relay's log. Opaque: it names nobody.
/// </summary>
public sealed class MessageIds(MailMac mac)
{
    /// <param name="key">The row.</param>
    /// <param name="fromAddress">Its domain is the right side.</param>
    /// <returns>Without angle brackets.</returns>
    public string Of(LedgerKey key, string fromAddress) => Write("message-id", MailMac.Write(key), fromAddress);

    /// <summary>A test mail may be sent often; each is a message of its own.</summary>
    public string OfTest(LedgerKey key, DateTimeOffset at, string fromAddress) =>
        Write("test-message-id", [.. MailMac.Write(key), .. BitConverter.GetBytes(at.UtcTicks)], fromAddress);

    private string Write(string purpose, ReadOnlySpan<byte> content, string fromAddress) =>
        $"{Base32.Encode(mac.Of(purpose, content))}@{fromAddress[(fromAddress.LastIndexOf('@') + 1)..]}";
}
