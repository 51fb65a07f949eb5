using System.Text;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>Group C of the conformance checklist, as far as it concerns signing; on the bytes that the server received.</summary>
public sealed class DkimTests
{
    [Fact]
    public async Task C2_rsa_sha256_that_verifies()
    {
        var raw = await ReceiveAsync(Mails.Issue);

        DkimCheck.Tags(raw)["a"].ShouldBe("rsa-sha256");
        DkimCheck.Verify(raw, Mails.Key).ShouldBeTrue();
        DkimCheck.Verify(raw, Mails.Key.ExportSubjectPublicKeyInfoPem()).ShouldBeTrue();
    }

    [Fact]
    public async Task C3_relaxed_relaxed_over_the_whole_body()
    {
        var tags = DkimCheck.Tags(await ReceiveAsync(Mails.Issue));

        tags["c"].ShouldBe("relaxed/relaxed");
        tags.Keys.ShouldNotContain("l");
        tags["d"].ShouldBe("example.com");
        tags["s"].ShouldBe("test");
    }

    [Fact]
    public async Task C4_the_list_of_signed_headers()
    {
        DkimCheck.Tags(await ReceiveAsync(Mails.Issue))["h"].ShouldBe(
            "from:from:to:subject:subject:date:message-id:reply-to:mime-version:content-type:list-id:list-unsubscribe:list-unsubscribe-post:feedback-id");
        DkimCheck.Tags(await ReceiveAsync(Mails.Notice))["h"].ShouldBe(
            "from:from:to:subject:subject:date:message-id:reply-to:mime-version:content-type");
    }

    [Theory]
    [InlineData("Subject: Another\r\n")]
    [InlineData("From: mallory@example.net\r\n")]
    public async Task C4_a_second_From_or_Subject_breaks_the_signature(string added)
    {
        var raw = await ReceiveAsync(Mails.Issue);

        DkimCheck.Verify(Encoding.Latin1.GetBytes(added + Mails.Ascii(raw)), Mails.Key).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Plain words")]
    [InlineData("Größe und Maß 🗞")]
    [InlineData("本周人工智能新闻摘要")]
    public async Task C5_verifies_after_the_wire_with_stuffed_dots_and_long_lines(string words)
    {
        var text = string.Join('\n', ".", ".line", "..", words, "trailing spaces   ", new string('x', 3000), ".", "", "");

        var raw = await ReceiveAsync(Mails.Issue with { Content = Mails.Content(words, text, $"<p>{text}</p>") });

        DkimCheck.Verify(raw, Mails.Key).ShouldBeTrue();
        DkimCheck.Verify(Encoding.Latin1.GetBytes(Mails.Ascii(raw).Replace("xxx", "xyx", StringComparison.Ordinal)), Mails.Key).ShouldBeFalse();
    }

    [Theory]
    [InlineData("This week: three stories", "Plain words.")]
    [InlineData("Größenordnungsüberschreitung für außergewöhnlich übermütige Öffentlichkeitsbüros", "Größe  und\tMaß 🗞 \r\n.\r\n\r\n")]
    [InlineData("本周人工智能新闻摘要", "本周人工智能新闻摘要")]
    public void J4_the_signature_is_MimeKits_own_to_the_byte(string subject, string text)
    {
        foreach (var template in new[] { Mails.Issue, Mails.Notice })
        {
            var mail = template with { Content = Mails.Content(subject, text) };

            Mails.Ascii(Mails.Signing.Bytes(mail)).ShouldBe(Mails.Ascii(MimeKitSigner.Sign(Mails.Plain.Bytes(mail), mail.Date)));
        }
    }

    [Fact]
    public async Task C6_one_signature_however_often_it_is_tried()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Reply("451 4.3.0 later").Times(1);
        using var message = Mails.Signing.Compose(Mails.Issue);
        var cancellationToken = TestContext.Current.CancellationToken;

        (await relay.Session.SendAsync(new WireMail(message, Mails.Issue.ReturnPath, Mails.Issue.To), Relay.Marked, Relay.NoNext, cancellationToken)).Verdict.ShouldBe(SmtpVerdict.Deferred);
        (await relay.Session.SendAsync(new WireMail(message, Mails.Issue.ReturnPath, Mails.Issue.To), Relay.Marked, Relay.NoNext, cancellationToken)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        var raw = relay.Server.Store.All.ShouldHaveSingleItem().Raw;
        Mails.Fields(raw, "DKIM-Signature").Count.ShouldBe(1);
        DkimCheck.Verify(raw, Mails.Key).ShouldBeTrue();
        DkimCheck.Tags(raw).Keys.ShouldNotContain("x");
    }

    [Fact]
    public void J4_one_composer_signs_from_many_threads_at_once()
    {
        var signed = new byte[200][];

        Parallel.For(0, signed.Length, i => signed[i] = Mails.Signing.Bytes(Mails.Issue with { MessageId = $"issue.1.{i}@example.com" }));

        signed.ShouldAllBe(raw => DkimCheck.Verify(raw, Mails.Key));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_signed()
    {
        await using var relay = await Relay.StartAsync();

        await relay.SendAsync();

        Mails.Fields(relay.Server.Store.All.Single().Raw, "DKIM-Signature").ShouldBeEmpty();
    }

    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(TestMail mail)
    {
        await using var relay = await Relay.StartAsync();
        return await relay.ReceiveAsync(mail);
    }
}
