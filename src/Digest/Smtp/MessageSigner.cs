using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace Digest.Smtp;

/// <summary>Signs with DKIM: rsa-sha256, relaxed/relaxed, the whole body (no l=). Safe to share between threads.</summary>
/// <param name="key">Disposed of with this.</param>
/// <param name="domain">The d= tag.</param>
/// <param name="selector">The s= tag.</param>
internal sealed class MessageSigner(RSA key, string domain, string selector) : IDisposable
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

    /// <param name="header">Each name once.</param>
    /// <param name="signedAt">The t= tag: the message's own date, so that a second try has the same bytes.</param>
    public SignatureTemplate Prepare(IReadOnlyCollection<HeaderField> header, DateTimeOffset signedAt)
    {
        var fields = header.ToDictionary(field => field.Name.ToLowerInvariant());
        var names = Covered.Where(fields.ContainsKey).ToList();
        var tags = string.Create(CultureInfo.InvariantCulture,
            $"v=1; a=rsa-sha256; d={domain}; s={selector}; c=relaxed/relaxed; t={signedAt.ToUnixTimeSeconds()}; h={string.Join(':', names)}");
        // The second of a name that occurs once stands for nothing (RFC 6376 section 5.4.2).
        return new SignatureTemplate(key, tags, [.. names.Distinct().SelectMany(name => fields[name].Relaxed)]);
    }

    public void Dispose() => key.Dispose();
}
