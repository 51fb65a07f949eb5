using System.Text.RegularExpressions;
using CsCheck;
using Digest.Rendering;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>A mail is encoded once and filled for each reader; what comes out is the mail that MimeKit would have composed.</summary>
public sealed partial class MessageTemplateTests
{
    /// <summary>Without "=?", as RFC 2047 lets a parser read "=?c?b?…?=" in a header as an encoded word; no link of ours has it.</summary>
    private static readonly Gen<string> Url =
        Gen.Select(Gen.OneOfConst("https://digest.example.com/u/", "", ".", "..", "=", "?a=b&c="), Gen.String["abc019-_.=%?&/~"])
            .Select((head, tail) => head + tail)
            .Where(url => !url.Contains("=?", StringComparison.Ordinal));

    private static readonly Gen<string> Fragment = Gen.OneOf(
        Gen.OneOfConst(Slots.UnsubscribeUrl, Slots.PreferencesUrl, Slots.ConfirmUrl),
        Gen.OneOfConst("\r\n", "\n", ".", "..", " ", "  ", "\t", "=", "\r\n.\r\n", "href=\"", "\">", "a ", " b", "From ", "{{", "}}"),
        Gen.OneOfConst("Words of a story, and more words.", "Größe und Maß 🗞", "本周人工智能新闻摘要", "Новости недели", new string('x', 200)));

    private static readonly Gen<string> Text = Fragment.Array[0, 40].Select(string.Concat);

    private static readonly Gen<TestMail> AnyMail = Gen.Select(Text, Text, Url, Url, Url).Select((text, html, unsubscribe, preferences, confirm) =>
        Mails.Issue with { Content = Mails.Content("Größe", text, html), Slots = new SlotValues(unsubscribe, preferences, confirm) });

    [Fact]
    public void A_filled_template_decodes_to_what_MimeKit_composes()
    {
        AnyMail.Sample(mail =>
        {
            using var expected = ByMimeKit(mail);
            using var message = Mails.Parse(Mails.Plain.Bytes(mail));

            Fields(message).ShouldBe(Fields(expected), ignoreOrder: true);
            Mails.TextPart(message).Decoded().ShouldBe(Mails.TextPart(expected).Decoded());
            Mails.HtmlPart(message).Decoded().ShouldBe(Mails.HtmlPart(expected).Decoded());
        }, iter: 1000);
    }

    [Fact]
    public void A2_A4_A5_and_RFC_6376_nothing_on_the_way_has_a_reason_to_touch_it()
    {
        AnyMail.Sample(mail =>
        {
            var raw = Mails.Ascii(Mails.Plain.Bytes(mail));

            raw.ShouldAllBe(character => character < 128);
            BareLineEnd().IsMatch(raw).ShouldBeFalse();
            StuffedLine().IsMatch(raw).ShouldBeFalse();
            var body = raw[(raw.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            body.Split("\r\n").Max(line => line.Length).ShouldBeLessThanOrEqualTo(76);
            NotCanonical().IsMatch(body).ShouldBeFalse(body);
            body.ShouldEndWith("--\r\n");
        }, iter: 1000);
    }

    [Fact]
    public void A7_two_readers_of_a_mail_differ_in_what_is_their_own_and_nowhere_else()
    {
        var text = $"Words.\r\nLeave: {Slots.UnsubscribeUrl}\r\nChange: <{Slots.PreferencesUrl}>.";
        var one = Mails.Issue with
        {
            To = "x1@example.org",
            MessageId = "x1@example.com",
            Content = Mails.Content("Größe", text),
            Slots = new SlotValues("https://digest.example.com/u/x1", "https://digest.example.com/p/x1"),
        };
        var two = one with
        {
            To = "x2@example.org",
            MessageId = "x2@example.com",
            Slots = new SlotValues("https://digest.example.com/u/x2", "https://digest.example.com/p/x2"),
        };

        var template = Mails.Plain.Prepare(one.Template);
        using var first = template.Write(one.Reader);
        using var second = template.Write(two.Reader);

        Mails.Ascii(second.Bytes).ShouldNotContain("x1");
        Mails.Ascii(second.Bytes).ShouldBe(Mails.Ascii(first.Bytes).Replace("x1", "x2", StringComparison.Ordinal));
        Mails.Plain.Bytes(two).ShouldBe(second.Bytes.ToArray());
    }

    [Fact]
    public void A8_one_template_gives_a_reader_the_same_bytes_on_every_try()
    {
        AnyMail.Sample(mail =>
        {
            var template = Mails.Signing.Prepare(mail.Template);
            using var first = template.Write(mail.Reader);
            using var second = template.Write(mail.Reader);

            second.Bytes.ToArray().ShouldBe(first.Bytes.ToArray());
        }, iter: 20);
    }

    [Fact]
    public void Bytes_that_may_be_another_message_by_now_are_not_read()
    {
        var message = Mails.Plain.Compose(Mails.Issue);
        message.Dispose();
        message.Dispose();

        Should.Throw<ObjectDisposedException>(() => message.Bytes);
    }

    private static MimeMessage ByMimeKit(TestMail mail)
    {
        var message = new MimeMessage
        {
            Subject = mail.Content.Subject,
            Date = mail.Date,
            MessageId = mail.MessageId,
            Body = new MultipartAlternative(Part("plain", mail.Slots.Fill(mail.Content.Text)), Part("html", mail.Slots.Fill(mail.Content.Html))),
        };
        message.From.Add(new MailboxAddress(mail.FromName, mail.FromAddress));
        message.ReplyTo.Add(new MailboxAddress("", mail.ReplyTo));
        message.To.Add(new MailboxAddress("", mail.To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("List-Id", $"\"{mail.List!.Name}\" <{mail.List.Id}>");
        message.Headers.Add("List-Unsubscribe", $"<{mail.Slots.UnsubscribeUrl}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        message.Headers.Add("List-Help", $"<{mail.List.HelpUrl}>");
        message.Headers.Add("Feedback-ID", mail.List.FeedbackId);
        message.Headers.Add("Precedence", "bulk");
        return message;
    }

    /// <summary>Without what a parsed message has of its body, and one that is composed does not have yet.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(MimeMessage message) => message.Headers
        .Where(header => header.Id is not (HeaderId.ContentType or HeaderId.MimeVersion))
        .Select(header => (header.Field.ToUpperInvariant(), header.Value));

    private static TextPart Part(string subtype, string text) => new(subtype) { Text = text.ReplaceLineEndings("\r\n") };

    [GeneratedRegex(@"(?<!\r)\n|\r(?!\n)")]
    private static partial Regex BareLineEnd();

    /// <summary>RFC 5321 section 4.5.2: a line that begins with a dot would get a second.</summary>
    [GeneratedRegex(@"(^|\n)\.")]
    private static partial Regex StuffedLine();

    /// <summary>RFC 6376 section 3.4.4: white space that relaxed canonicalization would reduce, empty lines that it would drop.</summary>
    [GeneratedRegex(@"[ \t]{2}|\t|[ \t]\r\n|\r\n\r\n$")]
    private static partial Regex NotCanonical();
}
