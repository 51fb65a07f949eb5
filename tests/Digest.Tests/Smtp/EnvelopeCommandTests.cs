using System.Security.Cryptography;
using System.Text;
using Digest.Local.Mailbox;
using Digest.Smtp;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>Commands are written by us, and are those that MailKit's own SendAsync writes for the same message and server.</summary>
public sealed class EnvelopeCommandTests
{
    [Theory]
    [InlineData]
    [InlineData("SIZE 26214400")]
    [InlineData("DSN")]
    [InlineData("PIPELINING", "SIZE 26214400", "DSN")]
    [InlineData("PIPELINING", "SIZE", "ENHANCEDSTATUSCODES", "DSN", "REQUIRETLS")]
    public async Task MAIL_and_RCPT_are_MailKits_own_to_the_byte(params string[] extensions)
    {
        foreach (var recipient in new[] { "Reader@example.org", "reader+tag=x@example.org", "o'neil/dept@exämple.org" })
        {
            var mail = Mails.Issue with { To = recipient };
            await using var ours = await Relay.StartAsync(new MailboxOptions { Extensions = extensions });
            await using var theirs = await Relay.StartAsync(new MailboxOptions { Extensions = extensions });

            (await ours.SendAsync(mail)).Verdict.ShouldBe(SmtpVerdict.Accepted);
            await SendByMailKitAsync(theirs, mail);

            ours.Commands("MAIL").ShouldBe(theirs.Commands("MAIL"));
            ours.Commands("RCPT").ShouldBe(theirs.Commands("RCPT"));
            ours.Server.Store.All.Single().Raw.ToArray().ShouldBe(theirs.Server.Store.All.Single().Raw.ToArray());
        }
    }

    private static async Task SendByMailKitAsync(Relay relay, TestMail mail)
    {
        var at = mail.To.LastIndexOf('@');
        var to = $"{mail.To[..at]}@{new System.Globalization.IdnMapping().GetAscii(mail.To[(at + 1)..])}";
        using var message = Mails.Parse(Mails.Plain.Bytes(mail));
        using var client = new AskingClient { DeliveryStatusNotificationType = DeliveryStatusNotificationType.HeadersOnly };
        var cancellationToken = TestContext.Current.CancellationToken;
        await client.ConnectAsync("127.0.0.1", relay.Server.Port, SecureSocketOptions.None, cancellationToken);
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        await client.SendAsync(options, message, new MailboxAddress("", mail.ReturnPath), [new MailboxAddress("", to)], cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    /// <summary>MailKit asks for what the derived class wants asked for.</summary>
    private sealed class AskingClient : SmtpClient
    {
        protected override string GetEnvelopeId(MimeMessage message) =>
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message.MessageId!)).AsSpan(0, 16));

        protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) =>
            DeliveryStatusNotification.Failure | DeliveryStatusNotification.Delay;

        protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
        {
            // Parsed from what was prepared already.
        }
    }
}
