using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace Digest.Smtp;

/// <summary>Signs one message with DKIM: rsa-sha256, relaxed/relaxed, the whole body (no l=).</summary>
internal sealed class MessageSigner : DkimSigner
{
    /// <summary>
    /// What is signed where present. A name listed once more than it occurs cannot be added later without breaking the
    /// signature (RFC 6376 section 8.15); both unsubscribe headers must be covered (RFC 8058 section 4).
    /// </summary>
    private static readonly string[] Covered =
    [
        "from", "from", "to", "subject", "subject", "date", "message-id", "reply-to", "mime-version",
        "content-type", "content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id",
    ];

    private readonly RSA key;
    private readonly DateTimeOffset signedAt;

    /// <param name="key">Shared; .NET's RSA may sign from many threads at once.</param>
    /// <param name="domain">The d= tag.</param>
    /// <param name="selector">The s= tag.</param>
    /// <param name="signedAt">The t= tag: the message's own date, so that a second try has the same bytes.</param>
    public MessageSigner(RSA key, string domain, string selector, DateTimeOffset signedAt)
        : base(KeyElsewhere.Instance, domain, selector, DkimSignatureAlgorithm.RsaSha256)
    {
        this.key = key;
        this.signedAt = signedAt;
        HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
        BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
    }

    /// <summary>Signs once, after the last change to the message.</summary>
    public void Sign(MimeMessage message) => Sign(message, Array.FindAll(Covered, name =>
        message.Headers.Contains(name) || (name.StartsWith("content-", StringComparison.Ordinal) && message.Body!.Headers.Contains(name))));

    protected override ISigner CreateSigningContext() => new RsaSha256Signer(key);

    protected override long GetTimestamp() => signedAt.ToUnixTimeSeconds();

    /// <summary>MimeKit insists on a BouncyCastle key, though only <see cref="CreateSigningContext"/> would use it.</summary>
    private sealed class KeyElsewhere() : AsymmetricKeyParameter(privateKey: true)
    {
        public static readonly KeyElsewhere Instance = new();
    }
}
