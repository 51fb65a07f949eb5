using System.Security.Cryptography;
using System.Text;
using Digest.Rendering;
using Digest.Smtp;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Digest.Tests.Smtp;

/// <summary>A mail to vary, the key it is signed with, and eyes for what came out.</summary>
internal static class Mails
{
    public static readonly RSA Key = RSA.Create(2048);

    public static readonly DkimSettings Dkim = new() { Domain = "example.com", Selector = "test", PrivateKey = Key.ExportPkcs8PrivateKeyPem() };

    public static readonly MessageComposer Signing = new(Options.Create(Dkim));

    public static readonly MessageComposer Plain = new(Options.Create(new DkimSettings()));

    public static readonly TestMail Issue = new()
    {
        FromName = "The Weekly Signal",
        FromAddress = "weekly@example.com",
        ReplyTo = "editors@example.com",
        To = "Reader@example.org",
        ReturnPath = "b+17.abcdef@bounces.example.com",
        MessageId = "issue.1.17@example.com",
        Date = new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero),
        Content = Content("This week: three stories"),
        List = new ListHeaders(
            "The Weekly Signal",
            "weekly.example.com",
            "https://digest.example.com/signal",
            "w48:signal:issue:weeklysignal"),
        Slots = new SlotValues("https://digest.example.com/u/u1.abcdefghijklmnop", "https://digest.example.com/preferences/p1.abcdefghijklmnop"),
    };

    public static readonly TestMail Notice = Issue with { List = null, MessageId = "notice.5@example.com", FromAddress = "hello@example.com" };

    public static RenderedMail Content(string subject, string text = "One line.\r\n", string? html = null) =>
        new(subject, "Preheader", html ?? $"<!doctype html><html lang=\"en\"><body><p>{text}</p></body></html>", text);

    public static WireMessage Compose(this MessageComposer composer, TestMail mail) => composer.Prepare(mail.Template).Write(mail.Reader);

    public static byte[] Bytes(this MessageComposer composer, TestMail mail)
    {
        using var message = composer.Compose(mail);
        return message.Bytes.ToArray();
    }

    public static MimeMessage Parse(ReadOnlyMemory<byte> raw) => MimeMessage.Load(new MemoryStream(raw.ToArray()));

    public static string Ascii(ReadOnlyMemory<byte> raw) => Encoding.Latin1.GetString(raw.Span);

    public static string HeaderBlock(ReadOnlyMemory<byte> raw) => Ascii(raw).Split("\r\n\r\n", 2)[0];

    /// <summary>Every occurrence of a field, unfolded.</summary>
    public static IReadOnlyList<string> Fields(ReadOnlyMemory<byte> raw, string name) =>
        HeaderBlock(raw).Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", "\t", StringComparison.Ordinal).Split("\r\n")
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())
            .ToList();

    public static TextPart TextPart(MimeMessage message) => (TextPart)((Multipart)message.Body!)[0];

    /// <summary>The octets of a part after its transfer encoding; MimeKit's Text would turn line ends into the machine's.</summary>
    public static string Decoded(this MimePart part)
    {
        using var stream = new MemoryStream();
        part.Content!.DecodeTo(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static TextPart HtmlPart(MimeMessage message) => (TextPart)((Multipart)message.Body!)[1];
}
