using System.Text;
using System.Text.RegularExpressions;
using Digest.Rendering;
using Digest.Settings;
using Digest.Smtp;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>Group A of the conformance checklist, on the bytes that the server received.</summary>
public sealed partial class MessageFormatTests
{
    private const string German = "Größe, Maß und Überfluß: für Öl zählt die Lösung.";
    private const string Chinese = "本周人工智能新闻摘要：三个故事，五个来源，还有一个问题没有答案。";

    [Fact]
    public async Task A1_alternative_with_text_first_and_html_last()
    {
        using var message = Mails.Parse(await ReceiveAsync(Mails.Issue));

        var body = message.Body.ShouldBeOfType<MultipartAlternative>();
        body.Select(part => part.ContentType.MimeType).ShouldBe(["text/plain", "text/html"]);
    }

    [Theory]
    [InlineData(German)]
    [InlineData(Chinese)]
    public async Task A2_no_bare_CR_or_LF(string words)
    {
        var raw = await ReceiveAsync(With(Mails.Content(words, $"{words}\n{words}\r\n{words}\r{words}\n")));

        BareLineEnd().Matches(Mails.Ascii(raw)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(German)]
    [InlineData(Chinese)]
    public async Task A3_decoded_parts_hold_CRLF_only(string words)
    {
        var raw = await ReceiveAsync(With(Mails.Content(words, $"{words}\n{words}\r\n{words}\r{words}\n")));

        using var message = Mails.Parse(raw);
        foreach (var part in new[] { Mails.TextPart(message), Mails.HtmlPart(message) })
        {
            BareLineEnd().Matches(part.Decoded()).ShouldBeEmpty();
            part.Decoded().ShouldContain($"{words}\r\n{words}\r\n{words}\r\n{words}\r\n");
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ü")]
    [InlineData("语")]
    [InlineData("🗞")]
    public async Task A4_lines_stay_within_78_columns_however_long_the_template_line(string unit)
    {
        var line = string.Concat(Enumerable.Repeat(unit, 5000));

        var raw = await ReceiveAsync(With(Mails.Content("Long", line, $"<p>{line}</p>")));

        Mails.Ascii(raw).Split("\r\n").Where(text => !text.StartsWith("List-", StringComparison.Ordinal)).Max(text => text.Length).ShouldBeLessThanOrEqualTo(78);
        using var message = Mails.Parse(raw);
        Mails.TextPart(message).Text.Trim().ShouldBe(line);
    }

    [Theory]
    [InlineData("Plain words.", ContentEncoding.QuotedPrintable)]
    [InlineData(German, ContentEncoding.QuotedPrintable)]
    [InlineData("ÄÖÜäöüßÄÖÜäöüßÄÖÜäöüß", ContentEncoding.QuotedPrintable)]
    [InlineData("„So“ – heißt es … 🗞 bei uns in der Redaktion, und das ist gut so.", ContentEncoding.QuotedPrintable)]
    [InlineData(Chinese, ContentEncoding.Base64)]
    [InlineData("Новости недели: три истории", ContentEncoding.Base64)]
    [InlineData("أخبار الأسبوع", ContentEncoding.Base64)]
    public async Task A5_seven_bit_quoted_printable_for_Latin_and_base64_beyond(string words, ContentEncoding encoding)
    {
        var raw = await ReceiveAsync(With(Mails.Content(words, words, words)));

        raw.ToArray().ShouldAllBe(octet => octet < 128);
        using var message = Mails.Parse(raw);
        Mails.TextPart(message).ContentTransferEncoding.ShouldBe(encoding);
        Mails.HtmlPart(message).ContentTransferEncoding.ShouldBe(encoding);
    }

    [Theory]
    [InlineData("🗞️ 👩‍🚀 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢")]
    [InlineData("مرحبا \u202Bبالعالم\u202C")]
    [InlineData(Chinese)]
    public async Task A6_both_parts_are_utf8_and_round_trip(string words)
    {
        using var message = Mails.Parse(await ReceiveAsync(With(Mails.Content("Words", words, words))));

        foreach (var part in new[] { Mails.TextPart(message), Mails.HtmlPart(message) })
        {
            part.ContentType.Charset.ShouldBe("utf-8");
            part.Text.TrimEnd().ShouldBe(words);
        }
    }

    [Fact]
    public async Task A7_one_Message_ID_the_given_one()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "Message-ID").ShouldBe(["<issue.1.17@example.com>"]);
    }

    [Fact]
    public async Task A8_one_Date_the_given_one()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "Date").ShouldBe(["Mon, 23 Nov 2026 07:00:00 +0000"]);
    }

    [Fact]
    public async Task A9_each_identity_field_once_and_only_the_recipient_in_To()
    {
        var raw = await ReceiveAsync(Mails.Issue);

        foreach (var name in new[] { "From", "To", "Subject", "Date", "Message-ID", "Reply-To" })
        {
            Mails.Fields(raw, name).Count.ShouldBe(1, name);
        }

        Mails.Fields(raw, "From").ShouldBe(["The Weekly Signal <weekly@example.com>"]);
        Mails.Fields(raw, "To").ShouldBe(["Reader@example.org"]);
        Mails.Fields(raw, "Reply-To").ShouldBe(["editors@example.com"]);
        Mails.Fields(raw, "Cc").ShouldBeEmpty();
        Mails.Fields(raw, "Bcc").ShouldBeEmpty();
    }

    [Fact]
    public async Task A10_MIME_Version_once()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "MIME-Version").ShouldBe(["1.0"]);
    }

    [Theory]
    [InlineData("Größenordnungsüberschreitung für außergewöhnlich übermütige Öffentlichkeitsbüros im frühjährlichen Düsseldorf")]
    [InlineData("本周人工智能新闻摘要：三个故事，五个来源，还有一个问题没有答案。本周人工智能新闻摘要：三个故事，五个来源")]
    [InlineData("🗞️🚀👩‍🚀🗞️🚀👩‍🚀🗞️🚀👩‍🚀🗞️🚀👩‍🚀🗞️🚀👩‍🚀🗞️🚀👩‍🚀🗞️🚀👩‍🚀")]
    [InlineData("AI & <society>: \"what now?\" =?utf-8?Q?not_encoded?= (really), and a very long tail that goes on and on until it has to be folded")]
    public async Task A11_encoded_words_of_at_most_75_on_lines_of_at_most_76(string words)
    {
        var raw = await ReceiveAsync(Mails.Issue with { FromName = words, Content = Mails.Content(words) });

        AssertEncodedWords(raw);
        using var message = Mails.Parse(raw);
        message.Subject.ShouldBe(words);
        message.From.Mailboxes.Single().Name.ShouldBe(words);
    }

    [Fact]
    public async Task A12_fields_that_machines_read_are_plain_ASCII()
    {
        var mail = Mails.Issue with { List = Mails.Issue.List! with { Name = "Überblick Süd" } };

        var raw = await ReceiveAsync(mail);

        Mails.Fields(raw, "List-Id").ShouldBe(["\"Uberblick Sud\" <weekly.example.com>"]);
        foreach (var name in new[] { "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "Feedback-ID" })
        {
            Mails.Fields(raw, name).ShouldAllBe(value => !value.Contains("=?", StringComparison.Ordinal) && Ascii.IsValid(value));
        }

        Should.Throw<RefusedException>(() => Mails.Plain.Compose(Mails.Issue with { List = Mails.Issue.List! with { FeedbackId = "wöche:1" } }));
    }

    [Theory]
    [InlineData("x\r\nBcc: victim@example.net")]
    [InlineData("x\nBcc: victim@example.net")]
    [InlineData("x\rBcc: victim@example.net\r\n\r\nbody")]
    [InlineData("x\u2028Bcc: victim@example.net\u0085Bcc: victim@example.net\0")]
    public async Task A13_a_line_end_in_a_value_adds_no_header(string poison)
    {
        var expected = Mails.HeaderBlock(await ReceiveAsync(Mails.Notice)).Split("\r\n").Length;

        var raw = await ReceiveAsync(Mails.Notice with { FromName = poison, Content = Mails.Content(poison) });

        Mails.Fields(raw, "Bcc").ShouldBeEmpty();
        using var message = Mails.Parse(raw);
        message.Headers.Count.ShouldBe(Mails.Parse(await ReceiveAsync(Mails.Notice)).Headers.Count, $"{expected} lines before");
        message.Subject!.ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("a@b>\r\nRCPT TO:<c@example.net>")]
    [InlineData("a\r\n@example.org")]
    [InlineData("a b@example.org")]
    [InlineData("<a@example.org>, <b@example.org>")]
    [InlineData("nobody")]
    [InlineData("@example.org")]
    [InlineData("a@")]
    [InlineData("a@exa mple.org")]
    [InlineData("")]
    public void A13_what_is_no_address_is_refused_without_being_repeated(string address)
    {
        foreach (var mail in new[] { Mails.Issue with { To = address }, Mails.Issue with { ReplyTo = address }, Mails.Issue with { FromAddress = address } })
        {
            var refusal = Should.Throw<RefusedException>(() => Mails.Plain.Compose(mail));
            refusal.Message.ShouldNotContain("example.org");
        }
    }

    [Theory]
    [InlineData("issue\r\nBcc: x@example.net")]
    [InlineData("issue@example.com>\r\n")]
    public void A13_a_Message_ID_with_a_line_end_is_refused(string messageId)
    {
        Should.Throw<RefusedException>(() => Mails.Plain.Compose(Mails.Issue with { MessageId = messageId }));
    }

    [Fact]
    public void The_same_mail_gives_the_same_bytes()
    {
        Mails.Signing.Bytes(Mails.Issue).ShouldBe(Mails.Signing.Bytes(Mails.Issue with { }));
    }

    private static TestMail With(RenderedMail content) => Mails.Issue with { Content = content };

    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(TestMail mail)
    {
        await using var relay = await Relay.StartAsync();
        return await relay.ReceiveAsync(mail);
    }

    internal static void AssertEncodedWords(ReadOnlyMemory<byte> raw)
    {
        var header = Mails.HeaderBlock(raw);
        EncodedWord().Matches(header).ShouldAllBe(match => match.Length <= 75);
        header.Split("\r\n").Where(line => EncodedWord().IsMatch(line)).ShouldAllBe(line => line.Length <= 76);
    }

    [GeneratedRegex(@"(?<!\r)\n|\r(?!\n)")]
    private static partial Regex BareLineEnd();

    [GeneratedRegex(@"=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=")]
    private static partial Regex EncodedWord();
}
