using System.Text;
using CsCheck;
using Digest.Smtp;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>Whatever people write, it arrives as written and cannot become anything else.</summary>
public sealed class MessagePropertyTests
{
    private static readonly Gen<Rune> AnyLetter = Gen.OneOf(
        Gen.Int[0x20, 0x7E],
        Gen.Int[0xA0, 0x24F],
        Gen.Int[0x370, 0x6FF],
        Gen.Int[0x4E00, 0x9FFF],
        Gen.Int[0x1F300, 0x1FAFF],
        Gen.Int[0xE000, 0x10FFFF]).Select(value => new Rune(value));

    private static readonly Gen<string> Words = AnyLetter.Array[1, 120].Select(string.Concat);

    private static readonly Gen<string> Poison = Gen.OneOf(
        Gen.OneOfConst("\r\n", "\r", "\n", "\r\n\r\n", "\u2028", "\0", "Bcc: victim@example.net", "\r\nBcc: victim@example.net", ">\r\nRCPT TO:<victim@example.net>", "\r\n.\r\n", "=?utf-8?q?=0D=0ABcc:_x?=", "\"", "<", ">", ",", ";", ":", "(", ")", "\\", "@", " ", "\t"),
        Words).Array[1, 12].Select(string.Concat);

    [Fact]
    public void A6_and_A11_subjects_and_names_round_trip()
    {
        Gen.Select(Words, Words).Sample((subject, name) =>
        {
            var raw = Mails.Plain.Bytes(Mails.Issue with { FromName = name, Content = Mails.Content(subject) });

            raw.ShouldAllBe(octet => octet < 128);
            MessageFormatTests.AssertEncodedWords(raw);
            using var message = Mails.Parse(raw);
            Squeezed(message.Subject).ShouldBe(Squeezed(subject));
            Squeezed(message.From.Mailboxes.Single().Name).ShouldBe(Squeezed(name));
        }, iter: 2000);
    }

    [Fact]
    public void A3_and_A6_bodies_round_trip_with_CRLF()
    {
        var lines = Gen.OneOf(Words, Gen.OneOfConst("", ".", "..", " ", "trailing ", "\t", "=", "From x")).Array[0, 30];
        Gen.Select(lines, Gen.OneOfConst("\r\n", "\n", "\r")).Sample((text, lineEnd) =>
        {
            var body = string.Join(lineEnd, text) + lineEnd;
            using var message = Mails.Parse(Mails.Plain.Bytes(Mails.Issue with { Content = Mails.Content("Body", body, body) }));

            Mails.TextPart(message).Decoded().ShouldBe(body.ReplaceLineEndings("\r\n"));
            Mails.HtmlPart(message).Decoded().ShouldBe(body.ReplaceLineEndings("\r\n"));
        }, iter: 500);
    }

    [Fact]
    public void A13_no_value_adds_a_header()
    {
        var honest = Names(Mails.Plain.Bytes(Mails.Issue));
        Gen.Select(Poison, Poison, Poison).Sample((subject, name, list) =>
        {
            var mail = Mails.Issue with { FromName = name, Content = Mails.Content(subject), List = Mails.Issue.List! with { Name = list } };

            var raw = Mails.Plain.Bytes(mail);

            Names(raw).ShouldBe(honest);
            using var message = Mails.Parse(raw);
            message.From.Mailboxes.Single().Address.ShouldBe(Mails.Issue.FromAddress);
            message.Body.ShouldBeOfType<MultipartAlternative>().Count.ShouldBe(2);
        }, iter: 2000);
    }

    [Fact]
    public void A13_no_address_smuggles_another()
    {
        Poison.Sample(poison =>
        {
            foreach (var address in new[] { poison, poison + "@example.org", "reader@" + poison, "reader@example.org" + poison })
            {
                try
                {
                    using var message = Mails.Parse(Mails.Plain.Bytes(Mails.Issue with { To = address }));
                    message.To.Mailboxes.Count().ShouldBe(1);
                    message.Bcc.ShouldBeEmpty();
                    message.To.Mailboxes.Single().Address.ShouldNotContain("victim@example.net>");
                }
                catch (Digest.Settings.RefusedException)
                {
                    // Nothing was composed.
                }
            }
        }, iter: 2000);
    }

    [Fact]
    public void E16_an_address_is_written_as_MimeKits_parser_understands_it()
    {
        var local = Gen.String["abcXYZ019.!#$%&'*+-/=?^_`{|}~"];
        var domain = Gen.OneOf(Gen.String["abcXYZ019-."], Gen.OneOfConst("Example.ORG", "xn--exmple-cua.org", "exämple.org", "a.b.c", "[127.0.0.1]"));
        Gen.Select(local, domain).Sample((name, host) =>
        {
            var expected = ByMimeKit(name, host);

            Try(() => Mails.Fields(Mails.Plain.Bytes(Mails.Issue with { To = $"{name}@{host}" }), "To").Single()).ShouldBe(expected);
        }, iter: 5000);
    }

    [Fact]
    public async Task E22_bodies_of_dots_and_line_ends_cross_the_wire_unchanged()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.MessagesPerConnection = 1000);
        await Gen.OneOfConst(".", "..", "\r\n", "\n", ".\r\n", "\r\n.\r\n", "x", "\r\n..\r\n").Array[0, 200].Select(string.Concat).SampleAsync(async text =>
        {
            var mail = Mails.Issue with { Content = Mails.Content("Dots", text, text) };

            (await relay.SendAsync(mail)).Verdict.ShouldBe(SmtpVerdict.Accepted);

            relay.Server.Store.All[^1].Raw.ToArray().ShouldBe(Mails.Plain.Bytes(mail));
        }, iter: 200, threads: 1);
    }

    private static string? ByMimeKit(string name, string host) => Try(() => name.Length == 0
        ? throw new ArgumentException("No local part.", nameof(name))
        : new MailboxAddress("", $"{name}@{new System.Globalization.IdnMapping().GetAscii(host)}").GetAddress(idnEncode: true));

    private static string? Try(Func<string> address)
    {
        try
        {
            return address();
        }
        catch (Exception refusal) when (refusal is Digest.Settings.RefusedException or ArgumentException or ParseException)
        {
            return null;
        }
    }

    private static List<string> Names(ReadOnlyMemory<byte> raw) => Mails.HeaderBlock(raw).Split("\r\n")
        .Where(line => line.Length > 0 && line[0] is not (' ' or '\t'))
        .Select(line => line.Split(':')[0])
        .ToList();

    /// <summary>Folding may turn one kind of white space into another, and takes it off the ends.</summary>
    private static string Squeezed(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
