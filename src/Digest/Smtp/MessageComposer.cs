using System.Text;
using Digest.Rendering;
using Digest.Settings;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;

namespace Digest.Smtp;

/// <summary>
/// From a mail to its messages on the wire: encoded to 7 bit, signed when there is a key, then touched by nobody.
/// The same mail gives the same bytes, whenever and wherever. Safe to share between threads.
/// </summary>
public sealed class MessageComposer : IDisposable
{
    private readonly MessageSigner? signer;

    public MessageComposer(IOptions<DkimSettings> settings)
    {
        var dkim = settings.Value;
        signer = dkim.Signs ? new MessageSigner(dkim.ReadKey(), dkim.Domain!, dkim.Selector!) : null;
    }

    /// <summary>Encodes everything that readers share; some milliseconds for an issue.</summary>
    /// <exception cref="RefusedException">An address cannot be written in a message, or a list header is not ASCII.</exception>
    public MessageTemplate Prepare(MailTemplate mail)
    {
        // Derived from the content: the same mail has the same bytes, and no part of it holds its own hash.
        var boundary = $"digest-{Convert.ToHexStringLower(ContentHash.Of(mail.Content).AsSpan(0, 16))}";
        var header = Header(mail, boundary).ToList();
        return new MessageTemplate(header, Body(mail.Content, boundary), signer?.Prepare(header, mail.Date));
    }

    public void Dispose() => signer?.Dispose();

    private static IEnumerable<HeaderField> Header(MailTemplate mail, string boundary) =>
    [
        HeaderFields.Mailbox("From", WireAddress.Parse(mail.FromAddress, mail.FromName)),
        HeaderFields.Mailbox("Reply-To", WireAddress.Parse(mail.ReplyTo)),
        HeaderField.OfReader("To", " ", reader => reader.To, ""),
        HeaderFields.Text("Subject", mail.Content.Subject),
        HeaderFields.Ascii("Date", DateUtils.FormatDate(mail.Date)),
        HeaderField.OfReader("Message-ID", " <", reader => reader.MessageId, ">"),
        HeaderFields.Ascii("MIME-Version", "1.0"),
        // RFC 3834 section 5: keeps vacation responders quiet.
        HeaderFields.Ascii("Auto-Submitted", "auto-generated"),
        .. mail.List is { } list ? HeaderFields.List(list) : [],
        HeaderFields.Ascii("Content-Type", $"multipart/alternative; boundary={boundary}"),
    ];

    /// <summary>The text first: a reader shows the last part it can (RFC 2046 section 5.1.4).</summary>
    private static IEnumerable<Piece> Body(RenderedMail content, string boundary) =>
    [
        .. Part("plain", content.Text, boundary),
        .. Part("html", content.Html, boundary),
        Ascii($"--{boundary}--\r\n"),
    ];

    private static IEnumerable<Piece> Part(string subtype, string text, string boundary)
    {
        // RFC 2046 section 4.1.1: text is CRLF before it is encoded; base64 would carry a bare LF through to the reader.
        var canonical = text.ReplaceLineEndings("\r\n");
        var quoted = TransferEncoding.For(canonical) == ContentEncoding.QuotedPrintable;
        return
        [
            Ascii($"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"),
            Ascii($"Content-Transfer-Encoding: {(quoted ? "quoted-printable" : "base64")}\r\n\r\n"),
            .. quoted ? QuotedPiece.Text(canonical) : Base64Piece.Text(canonical),
            // Belongs to the boundary that follows, not to the text (RFC 2046 section 5.1.1).
            Ascii("\r\n"),
        ];
    }

    private static SharedPiece Ascii(string text) => new(Encoding.ASCII.GetBytes(text));
}
