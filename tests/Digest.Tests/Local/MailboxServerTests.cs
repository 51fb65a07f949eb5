using System.Text;
using CsCheck;
using Digest.Local;
using Digest.Local.Mailbox;
using Digest.TestKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>The mailbox as an honest server: RFC 5321 as clients rely on it.</summary>
public sealed class MailboxServerTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_kept_byte_for_byte()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", server.Port, SecureSocketOptions.None, Cancelled);
        var message = Message(".leading dot\r\n..two\r\n.\r\nGrüße, 読者\r\n");

        await client.SendAsync(message, Cancelled);
        await client.DisconnectAsync(true, Cancelled);

        var mail = await server.Store.WaitForAsync(m => m.Recipient == "reader@example.com", Cancelled);
        mail.ReturnPath.ShouldBe("signal@example.com");
        var received = await MimeMessage.LoadAsync(new MemoryStream(mail.Raw.ToArray()), Cancelled);
        received.TextBody.ShouldBe(message.TextBody);
        server.Transcript[^1].ShouldBe("1: QUIT");
    }

    [Fact]
    public async Task Commands_may_come_all_at_once()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        using var client = await RawClient.ConnectAsync(server);

        await client.WriteAsync("EHLO me\r\nMAIL FROM:<a@example.com> BODY=8BITMIME SIZE=20\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\nS: x\r\n\r\nhi\r\n.\r\nQUIT\r\n");

        string[] codes = ["220", "250", "250", "250", "250", "354", "250", "221"];
        foreach (var code in codes)
        {
            (await client.ReplyAsync()).ShouldStartWith(code);
        }

        server.Store.All.Select(mail => mail.Recipient).ShouldBe(["b@example.com", "c@example.com"]);
    }

    [Fact]
    public async Task Bytes_may_come_one_at_a_time()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        using var client = await RawClient.ConnectAsync(server);

        foreach (var letter in "HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nhi\r\n.\r\n")
        {
            await client.WriteAsync(letter.ToString());
        }

        var mail = await server.Store.WaitForAsync(_ => true, Cancelled);
        mail.ReturnPath.ShouldBe("");
        Encoding.ASCII.GetString(mail.Raw.Span).ShouldBe("hi\r\n");
    }

    [Fact]
    public async Task Any_body_arrives_as_it_was_meant()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        using var client = await RawClient.GreetAsync(server);
        // Lines of dots, bare line ends and 8-bit bytes: everything but CRLF itself.
        var lines = Gen.OneOfConst(".", "..", "a", "\n", "\r", "\n.\n", "\n.\r", "é", "-").Array[0, 6]
            .Select(string.Concat<string>).Where(line => !line.Contains("\r\n", StringComparison.Ordinal) && !line.EndsWith('\r')).Array[0, 6];

        await lines.SampleAsync(async body =>
        {
            await client.SayAsync("MAIL FROM:<a@example.com>");
            await client.SayAsync("RCPT TO:<b@example.com>");
            await client.SayAsync("DATA");
            await client.WriteAsync(string.Concat(body.Select(line => (line.StartsWith('.') ? "." : "") + line + "\r\n")));
            (await client.SayAsync(".")).ShouldStartWith("250");

            Encoding.Latin1.GetString(server.Store.All[^1].Raw.Span).ShouldBe(string.Concat(body.Select(line => line + "\r\n")));
        }, iter: 100, threads: 1);
    }

    [Theory]
    [InlineData("MAIL FROM:<a@example.com>", "503")]
    [InlineData("EHLO me|RCPT TO:<a@example.com>", "503")]
    [InlineData("EHLO me|DATA", "503")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com>|DATA", "554")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com>|MAIL FROM:<a@example.com>", "503")]
    [InlineData("EHLO me|MAIL FROM:a@example.com", "501")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com>|RCPT TO:<>", "501")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com> SIZE=99999999999", "552")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com>|RCPT TO:<\"odd>one\"@example.com>", "250")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com>|RCPT TO:<b@example.com>|RSET|DATA", "503")]
    [InlineData("EHLO me|MAIL FROM:<a@example.com>|EHLO me|MAIL FROM:<a@example.com>", "250")]
    [InlineData("NOOP", "250")]
    [InlineData("STARTTLS", "500")]
    [InlineData("NONSENSE", "500")]
    public async Task Commands_out_of_order_are_refused(string conversation, string lastReply)
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        using var client = await RawClient.ConnectAsync(server);
        var reply = await client.ReplyAsync();

        foreach (var line in conversation.Split('|'))
        {
            reply = await client.SayAsync(line);
        }

        reply.ShouldStartWith(lastReply);
    }

    [Fact]
    public async Task StartTls_is_spoken_and_forgets_what_came_before_it()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await MailboxServer.StartAsync(new MailboxOptions { StartTls = true, Certificate = certificate });
        using var client = await RawClient.ConnectAsync(server);
        await client.ReplyAsync();
        (await client.SayAsync("EHLO me")).ShouldEndWith("250 STARTTLS");

        // The second command is slipped in before the handshake and must not be obeyed after it.
        await client.WriteAsync("STARTTLS\r\nNOOP injected\r\n");
        (await client.ReplyAsync()).ShouldStartWith("220");
        await client.EncryptAsync(certificate);

        (await client.SayAsync("MAIL FROM:<a@example.com>")).ShouldStartWith("503");
        (await client.SayAsync("EHLO me")).ShouldNotContain("STARTTLS");
        server.Transcript.ShouldNotContain(line => line.Contains("injected"));
    }

    [Theory]
    [InlineData(SecureSocketOptions.StartTls)]
    [InlineData(SecureSocketOptions.SslOnConnect)]
    public async Task MailKit_sends_over_tls(SecureSocketOptions security)
    {
        using var certificate = TestCertificate.Create();
        await using var server = await MailboxServer.StartAsync(new MailboxOptions
        {
            ImplicitTls = security == SecureSocketOptions.SslOnConnect,
            StartTls = security == SecureSocketOptions.StartTls,
            Certificate = certificate,
        });
        using var client = new SmtpClient { ServerCertificateValidationCallback = (_, seen, _, _) => seen!.GetCertHashString() == certificate.GetCertHashString() };

        await client.ConnectAsync("localhost", server.Port, security, Cancelled);
        await client.SendAsync(Message("hi"), Cancelled);

        client.IsSecure.ShouldBeTrue();
        server.Store.All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task A_login_is_accepted_and_its_password_kept_nowhere(string mechanism)
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions { Extensions = [$"AUTH {mechanism}"] });
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", server.Port, SecureSocketOptions.None, Cancelled);

        await client.AuthenticateAsync("relay-user", "s3cret", Cancelled);

        server.Logins.ShouldBe(["relay-user"]);
        server.Transcript[^1].ShouldBe($"1: AUTH {mechanism}");
    }

    [Fact]
    public async Task A_taken_port_is_one_clear_error()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());

        var error = await Should.ThrowAsync<LocalException>(() => MailboxServer.StartAsync(new MailboxOptions { Port = server.Port }));

        error.Message.ShouldContain($"Port {server.Port} on 127.0.0.1 is taken");
    }

    [Fact]
    public async Task A_mailbox_that_only_counts_keeps_what_it_is_told_to()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions { Keep = raw => raw[..4] });
        using var client = await RawClient.GreetAsync(server);
        foreach (var line in (string[])["MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "kept, and no more\r\n."])
        {
            await client.SayAsync(line);
        }

        Encoding.ASCII.GetString(server.Store.All[0].Raw.Span).ShouldBe("kept");
    }

    [Theory]
    [InlineData("QUIT", 0)]
    [InlineData("NOOP", 1)]
    public async Task A_connection_that_ends_without_a_QUIT_is_counted(string lastWord, int abandoned)
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        using (var client = await RawClient.GreetAsync(server))
        {
            await client.SayAsync(lastWord);
        }

        while (server.OpenConnections > 0)
        {
            Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        server.Abandoned.ShouldBe(abandoned);
    }

    [Fact]
    public async Task A_full_store_lets_the_oldest_go()
    {
        var store = new MailStore(capacity: 10);
        for (var i = 1; i <= 4; i++)
        {
            store.Add("a@example.com", "b@example.com", new byte[4], 1);
        }

        (await store.WaitForCountAsync(4, Cancelled)).Select(mail => mail.Id).ShouldBe([3, 4]);
        store.Accepted.ShouldBe(4);
    }

    private static MimeMessage Message(string text)
    {
        var message = new MimeMessage { Subject = "A test", Body = new TextPart("plain") { Text = text } };
        message.From.Add(new MailboxAddress("Signal", "signal@example.com"));
        message.To.Add(new MailboxAddress("", "reader@example.com"));
        return message;
    }
}
