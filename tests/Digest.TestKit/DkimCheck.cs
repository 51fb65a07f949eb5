using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace Digest.TestKit;

/// <summary>Verifies DKIM as a receiver does, on the bytes that arrived; the public key stands in for the DNS record.</summary>
public static class DkimCheck
{
    /// <summary>Whether the message carries exactly one signature and it verifies.</summary>
    /// <param name="raw">The message as received, dot-stuffing undone.</param>
    /// <param name="key">The signer's key; only its public half is used.</param>
    public static bool Verify(ReadOnlyMemory<byte> raw, RSA key)
    {
        using var message = Parse(raw);
        var signatures = message.Headers.Where(header => header.Id == HeaderId.DkimSignature).ToList();
        return signatures.Count == 1 && new DkimVerifier(new PublishedKey(key)).Verify(message, signatures[0]);
    }

    /// <param name="raw">The message as received, dot-stuffing undone.</param>
    /// <param name="pem">The signer's key, private or public.</param>
    public static bool Verify(ReadOnlyMemory<byte> raw, string pem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        return Verify(raw, key);
    }

    /// <summary>The tags of the one signature, for example "h" or "bh"; white space removed.</summary>
    public static IReadOnlyDictionary<string, string> Tags(ReadOnlyMemory<byte> raw)
    {
        using var message = Parse(raw);
        return message.Headers.Single(header => header.Id == HeaderId.DkimSignature).Value
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(tag => tag.Split('=', 2))
            .ToDictionary(tag => tag[0].Trim(), tag => string.Concat(tag[1].Where(character => !char.IsWhiteSpace(character))));
    }

    private static MimeMessage Parse(ReadOnlyMemory<byte> raw) => MimeMessage.Load(new MemoryStream(raw.ToArray()));

    private sealed class PublishedKey(RSA key) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            PublicKeyFactory.CreateKey(key.ExportSubjectPublicKeyInfo());

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
