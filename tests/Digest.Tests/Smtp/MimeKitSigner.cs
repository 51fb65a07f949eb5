using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Security;

namespace Digest.Tests.Smtp;

/// <summary>MimeKit's own DKIM signer, through BouncyCastle, for the same key, fields and time.</summary>
internal sealed class MimeKitSigner(DateTimeOffset signedAt) : DkimSigner(
    DotNetUtilities.GetRsaKeyPair(Mails.Key).Private, Mails.Dkim.Domain!, Mails.Dkim.Selector!, DkimSignatureAlgorithm.RsaSha256)
{
    private static readonly string[] Covered =
    [
        "from", "from", "to", "subject", "subject", "date", "message-id", "reply-to", "mime-version",
        "content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id",
    ];

    public static byte[] Sign(byte[] raw, DateTimeOffset signedAt)
    {
        using var message = Mails.Parse(raw);
        var signer = new MimeKitSigner(signedAt)
        {
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        };
        signer.Sign(message, Array.FindAll(Covered, name => message.Headers.Contains(name) || message.Body!.Headers.Contains(name)));
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        message.WriteTo(options, stream);
        return stream.ToArray();
    }

    protected override long GetTimestamp() => signedAt.ToUnixTimeSeconds();
}
