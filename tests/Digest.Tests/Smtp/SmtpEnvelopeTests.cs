using System.Text;
using Digest.Local.Mailbox;
using Digest.Settings;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>The commands around a message, as the server read them.</summary>
public sealed class SmtpEnvelopeTests
{
    [Fact]
    public async Task E12_DATA_even_where_BDAT_and_8_bit_are_offered()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions
        {
            Extensions = ["PIPELINING", "CHUNKING", "BINARYMIME", "8BITMIME", "SMTPUTF8", "SIZE 26214400"],
        });

        await relay.SendAsync(Mails.Issue with { Content = Mails.Content("Größe 🗞", "Größe 🗞") });

        relay.Commands("BDAT").ShouldBeEmpty();
        relay.Commands("DATA").Count.ShouldBe(1);
        var mail = relay.Commands("MAIL").ShouldHaveSingleItem();
        mail.ShouldNotContain("BODY=");
        mail.ShouldNotContain("SMTPUTF8");
        relay.Server.Store.All.Single().Raw.ToArray().ShouldAllBe(octet => octet < 128);
    }

    [Fact]
    public async Task E13_a_message_above_the_relays_SIZE_is_our_fault_before_MAIL()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["SIZE 1000"] });

        var outcome = await relay.SendAsync(Mails.Issue with { Content = Mails.Content("Long", new string('x', 2000)) });

        outcome.Verdict.ShouldBe(SmtpVerdict.OurFault);
        outcome.Reply!.ShouldContain("the relay takes at most 1000");
        relay.Commands("MAIL").ShouldBeEmpty();
        relay.Server.OpenConnections.ShouldBe(1);
    }

    [Fact]
    public async Task E13_the_declared_SIZE_is_the_size_that_arrives()
    {
        await using var relay = await Relay.StartAsync();

        await relay.SendAsync();

        relay.Commands("MAIL").Single().ShouldContain($" SIZE={relay.Server.Store.All.Single().Raw.Length}");
    }

    [Fact]
    public async Task E15_notification_is_asked_for_where_DSN_is_offered()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["DSN"] });

        await relay.SendAsync();
        await relay.SendAsync();

        var envelopes = relay.Commands("MAIL");
        envelopes[0].ShouldMatch(@" ENVID=[0-9a-f]{32} RET=HDRS$");
        envelopes[1].ShouldBe(envelopes[0], "the same message has the same ENVID on every try");
        relay.Commands("RCPT")[0].ShouldBe("1: RCPT TO:<Reader@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;Reader@example.org");
    }

    [Fact]
    public async Task E15_nothing_is_asked_for_where_DSN_is_not_offered()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = [] });

        await relay.SendAsync();

        relay.Commands("MAIL").ShouldBe([$"1: MAIL FROM:<{Mails.Issue.ReturnPath}>"]);
        relay.Commands("RCPT").ShouldBe(["1: RCPT TO:<Reader@example.org>"]);
    }

    [Theory]
    [InlineData("DSN")]
    [InlineData("SMTPUTF8", "DSN", "8BITMIME")]
    public async Task E16_an_international_domain_goes_out_as_A_label(params string[] extensions)
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = extensions });

        (await relay.SendAsync(Mails.Issue with { To = "reader@exämple.org" })).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Transcript.ShouldAllBe(line => Ascii.IsValid(line));
        relay.Commands("RCPT").Single().ShouldContain("reader@xn--exmple-cua.org");
        Mails.Fields(relay.Server.Store.All.Single().Raw, "To").ShouldBe(["reader@xn--exmple-cua.org"]);
    }

    [Theory]
    [InlineData("lesér@example.org")]
    [InlineData("读者@example.org")]
    public async Task E16_a_local_part_beyond_ASCII_is_refused_and_never_on_the_wire(string address)
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["SMTPUTF8", "8BITMIME"] });
        using var message = Mails.Plain.Compose(Mails.Issue);

        Should.Throw<RefusedException>(() => Mails.Plain.Compose(Mails.Issue with { To = address })).Message.ShouldNotContain(address);
        await Should.ThrowAsync<RefusedException>(() =>
            relay.Session.SendAsync(new WireMail(message, Mails.Issue.ReturnPath, address), Relay.Marked, Relay.NoNext, TestContext.Current.CancellationToken));

        relay.Server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task E17_one_recipient_for_each_transaction()
    {
        await using var relay = await Relay.StartAsync();

        await relay.SendAsync();
        await relay.SendAsync();

        relay.Commands("RCPT").Count.ShouldBe(2);
        relay.Commands("MAIL").Count.ShouldBe(2);
    }

    [Fact]
    public async Task E21_and_J6_the_envelope_is_the_return_path_and_the_recipient_given()
    {
        await using var relay = await Relay.StartAsync();
        using var message = Mails.Plain.Compose(Mails.Issue);

        await relay.Session.SendAsync(new WireMail(message, "b+99.zyx@bounces.example.com", "elsewhere@example.net"), Relay.Marked, Relay.NoNext, TestContext.Current.CancellationToken);

        var received = relay.Server.Store.All.Single();
        received.ReturnPath.ShouldBe("b+99.zyx@bounces.example.com");
        received.Recipient.ShouldBe("elsewhere@example.net");
        Mails.Fields(received.Raw, "To").ShouldBe(["Reader@example.org"]);
        Mails.Fields(received.Raw, "Return-Path").ShouldBeEmpty();
    }

    [Fact]
    public async Task E22_lines_of_dots_arrive_as_they_were()
    {
        var text = ".\r\n..\r\n.line\r\n\r\n.\r\n";
        await using var relay = await Relay.StartAsync();

        await relay.SendAsync(Mails.Issue with { Content = Mails.Content("Dots", text) });

        var raw = relay.Server.Store.All.Single().Raw;
        raw.ToArray().ShouldBe(Mails.Plain.Bytes(Mails.Issue with { Content = Mails.Content("Dots", text) }));
        using var message = Mails.Parse(raw);
        Mails.TextPart(message).Decoded().ShouldBe(text);
    }

    [Fact]
    public async Task J7_what_is_sent_is_byte_for_byte_what_was_composed()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["SMTPUTF8", "8BITMIME", "BINARYMIME", "CHUNKING"] });
        var mail = Mails.Issue with { Content = Mails.Content("Größe 🗞", "Größe\n🗞") };

        (await relay.ReceiveAsync(mail)).ToArray().ShouldBe(Mails.Signing.Bytes(mail));
    }
}
