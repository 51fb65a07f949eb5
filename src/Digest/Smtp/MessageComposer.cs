using System.Security.Cryptography;
using System.Text;
using Digest.Rendering;
using Digest.Settings;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Text;

namespace Digest.Smtp;

/// <summary>
/// From a mail to the message on the wire: encoded to 7 bit, signed when there is a key, then touched by nobody.
/// The same mail gives the same bytes, whenever and wherever. Safe to share between threads.
/// </summary>
public sealed class MessageComposer : IDisposable
{
    private readonly DkimSettings dkim;
    private readonly RSA? key;

    /// <summary>
    /// RFC 2045 section 6.7 allows 76 characters; MimeKit's encoder writes up to two more than it is told where escaped
    /// characters stand side by side.
    /// </summary>
    private const int QuotedPrintableLine = 74;

    public MessageComposer(IOptions<DkimSettings> settings)
    {
        dkim = settings.Value;
        key = dkim.Signs ? dkim.ReadKey() : null;
    }

    /// <exception cref="RefusedException">An address cannot be written in a message, or a list header is not ASCII.</exception>
    public MimeMessage Compose(OutgoingMail mail)
    {
        var message = new MimeMessage((IEnumerable<Header>)[]);
        WriteHeader(message, mail);
        using (var parts = Parts(mail.Content, mail.MessageId))
        {
            parts.Prepare(EncodingConstraint.SevenBit);
            // Markup in quoted-printable grows by about a quarter.
            message.Body = EncodedBody.Of(parts, (mail.Content.Html.Length + mail.Content.Text.Length) * 5 / 4);
        }

        if (key is not null)
        {
            new MessageSigner(key, dkim.Domain!, dkim.Selector!, mail.Date).Sign(message);
        }

        return message;
    }

    private static void WriteHeader(MimeMessage message, OutgoingMail mail)
    {
        HeaderFields.AddMailbox(message.Headers, "From", WireAddress.Parse(mail.FromAddress, mail.FromName));
        HeaderFields.AddMailbox(message.Headers, "Reply-To", WireAddress.Parse(mail.ReplyTo));
        HeaderFields.AddMailbox(message.Headers, "To", WireAddress.Parse(mail.To));
        HeaderFields.AddText(message.Headers, "Subject", mail.Content.Subject);
        message.Date = mail.Date;
        HeaderFields.AddAscii(message.Headers, "Message-ID", $"<{mail.MessageId}>");
        message.MimeVersion = new Version(1, 0);
        // RFC 3834 section 5: keeps vacation responders quiet.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.List is { } list)
        {
            HeaderFields.AddList(message.Headers, list);
        }
    }

    /// <summary>The text first: a reader shows the last part it can (RFC 2046 section 5.1.4).</summary>
    private static MultipartAlternative Parts(RenderedMail content, string messageId) =>
        new(Part(TextFormat.Plain, content.Text), Part(TextFormat.Html, content.Html))
        {
            Boundary = $"digest-{MessageIdHash.Of(messageId)}",
        };

    private static TextPart Part(TextFormat format, string text)
    {
        // RFC 2046 section 4.1.1: text is CRLF before it is encoded; base64 would carry a bare LF through to the reader.
        var canonical = text.ReplaceLineEndings("\r\n");
        var part = new TextPart(format) { ContentTransferEncoding = TransferEncoding.For(canonical) };
        part.SetText(Encoding.UTF8, canonical);
        if (part.ContentTransferEncoding == ContentEncoding.QuotedPrintable)
        {
            part.Content = QuotedPrintable(canonical);
        }

        return part;
    }

    private static MimeContent QuotedPrintable(string text)
    {
        var encoder = new QuotedPrintableEncoder(QuotedPrintableLine);
        var bytes = Encoding.UTF8.GetBytes(text);
        var encoded = new byte[encoder.EstimateOutputLength(bytes.Length)];
        var length = encoder.Flush(bytes, 0, bytes.Length, encoded);
        return new MimeContent(new MemoryStream(encoded, 0, length), ContentEncoding.QuotedPrintable);
    }

    public void Dispose() => key?.Dispose();
}
