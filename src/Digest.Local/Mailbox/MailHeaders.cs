using System.Runtime.CompilerServices;
using MimeKit;

namespace Digest.Local.Mailbox;

/// <summary>A message's headers, decoded once: a list of thousands is drawn every two seconds.</summary>
internal sealed class MailHeaders
{
    private static readonly ConditionalWeakTable<ReceivedMail, MailHeaders> Known = [];

    private readonly HeaderList headers;

    private MailHeaders(HeaderList headers)
    {
        this.headers = headers;
        From = Addresses(HeaderId.From);
        To = Addresses(HeaderId.To);
        Subject = headers[HeaderId.Subject] is { Length: > 0 } subject ? subject : "(no subject)";
    }

    public static MailHeaders Of(ReceivedMail mail) => Known.GetValue(mail, Read);

    public string From { get; }

    public string To { get; }

    public string Subject { get; }

    public string Date => headers[HeaderId.Date] ?? "";

    /// <summary>Name and value as sent, unfolded but not decoded.</summary>
    public IEnumerable<(string Name, string Value)> All => headers.Select(header =>
        (header.Field, header.RawValue is { } raw ? Header.Unfold(CharsetUtf8(raw)).Trim() : ""));

    /// <summary>Where a mail client would POST, when the message allows one-click (RFC 8058 section 3.1).</summary>
    public Uri? OneClick => headers[HeaderId.ListUnsubscribePost] == "List-Unsubscribe=One-Click"
        ? (headers[HeaderId.ListUnsubscribe] ?? "").Split(',')
            .Select(part => Uri.TryCreate(part.Trim().TrimStart('<').TrimEnd('>'), UriKind.Absolute, out var uri) ? uri : null)
            .FirstOrDefault(uri => uri?.Scheme is "https" or "http")
        : null;

    public bool Mentions(string text) =>
        From.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || To.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || Subject.Contains(text, StringComparison.CurrentCultureIgnoreCase);

    private static MailHeaders Read(ReceivedMail mail)
    {
        try
        {
            using var stream = new MemoryStream(mail.Raw.ToArray());
            return new MailHeaders(HeaderList.Load(stream));
        }
        catch (FormatException)
        {
            // Not a mail at all. It was accepted, so it is shown: its source can still be read.
            return new MailHeaders([]);
        }
    }

    private static string CharsetUtf8(byte[] raw) => System.Text.Encoding.UTF8.GetString(raw);

    private string Addresses(HeaderId id) =>
        InternetAddressList.TryParse(headers[id] ?? "", out var list)
            ? string.Join(", ", list.Mailboxes.Select(mailbox => string.IsNullOrEmpty(mailbox.Name) ? mailbox.Address : $"{mailbox.Name} <{mailbox.Address}>"))
            : headers[id] ?? "";
}
