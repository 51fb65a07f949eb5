using System.Net;
using System.Net.Sockets;
using System.Text;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>
/// MAIL, RCPT and DATA of the next message go out along with the final dot of the last (RFC 2920 section 3.1). Whatever then
/// becomes of either, each gets the outcome that it would have had alone.
/// </summary>
public sealed class AnnouncedEnvelopeTests : IDisposable
{
    private readonly WireMail first = Mail("first@example.org");
    private readonly WireMail second = Mail("second@example.org");

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task E11_the_next_envelope_is_on_the_wire_before_the_dot_is_answered()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = HearAsync(listener);
        await using var session = new SmtpSessions(
            new SmtpSettings
            {
                Host = "127.0.0.1",
                Port = ((IPEndPoint)listener.LocalEndpoint).Port,
                Security = SmtpSecurity.None,
                LocalDomain = "digest.example.com",
                TimeoutSeconds = 30,
            },
            new FakeTimeProvider()).Create();

        (await session.SendAsync(first, Relay.Marked, () => second, TestContext.Current.CancellationToken)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        (await heard).ShouldMatch(@"^\r\n\.\r\nMAIL FROM:<[^>]+>\r\nRCPT TO:<second@example\.org>\r\nDATA\r\n$");
    }

    [Theory]
    [InlineData(SmtpSecurity.None)]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task Both_are_accepted_on_one_connection_and_asked_for_once(SmtpSecurity security)
    {
        using var certificates = new TestCertificates();
        await using var relay = await Relay.StartAsync(security, certificates);

        (await FirstAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Session.IsReady.ShouldBeTrue();
        (await SecondAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Store.All.Select(mail => mail.Recipient).ShouldBe(["first@example.org", "second@example.org"]);
        relay.Server.Store.All[^1].Raw.ToArray().ShouldBe(second.Message.Bytes.ToArray());
        relay.Commands("MAIL").Count.ShouldBe(2);
        relay.Server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task E11_a_server_without_pipelining_is_told_nothing_before_it_has_answered()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["8BITMIME"] });

        await FirstAsync(relay);

        relay.Commands("MAIL").Count.ShouldBe(1);
        (await SecondAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("451 4.3.0 later", SmtpVerdict.Deferred)]
    [InlineData("554 5.6.0 content", SmtpVerdict.Rejected)]
    public async Task A_dot_that_is_refused_takes_nothing_from_the_next(string reply, SmtpVerdict verdict)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Reply(reply).Times(1);

        (await FirstAsync(relay)).Verdict.ShouldBe(verdict);
        (await SecondAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Store.All.ShouldHaveSingleItem().Recipient.ShouldBe("second@example.org");
        relay.Commands("RSET").ShouldBeEmpty();
        relay.Server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(SmtpStep.Mail, "451 4.3.0 later", SmtpVerdict.Deferred, SmtpStage.Mail)]
    [InlineData(SmtpStep.Recipient, "550 5.1.1 no such user", SmtpVerdict.NoSuchMailbox, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Data, "554 5.7.1 no", SmtpVerdict.OurFault, SmtpStage.Data)]
    public async Task A_refusal_of_the_next_is_its_own_and_the_connection_goes_on(SmtpStep step, string reply, SmtpVerdict verdict, SmtpStage stage)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(step, moment => moment.Message == 2).Reply(reply).Times(1);

        (await FirstAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        var refused = await SecondAsync(relay);

        (refused.Verdict, refused.Stage).ShouldBe((verdict, stage));
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task E7_a_421_instead_of_the_next_MAILs_reply_costs_a_connection_and_no_try()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 1, Message: 2 }).Reply("421 4.3.2 closing").Close();

        (await FirstAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        (await SecondAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Connections.ShouldBe(2);
        relay.Server.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task E4_a_421_by_policy_is_the_announced_messages_own_outcome()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 1, Message: 2 }).Reply("421 4.7.28 too fast").Close();

        await FirstAsync(relay);
        var refused = await SecondAsync(relay);

        (refused.Verdict, refused.Stage, refused.EnhancedCode).ShouldBe((SmtpVerdict.NotSent, SmtpStage.Mail, "4.7.28"));
        relay.Server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_keeps_a_refused_transaction_is_asked_again_and_told_nothing_early_any_more()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Reply("451 4.3.0 later").Times(1);
        relay.Server.Script.On(SmtpStep.Mail, moment => moment.Message == 2).Reply("503 5.5.1 nested MAIL").Times(1);
        using var third = Mail("third@example.org");

        (await FirstAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Deferred);
        (await SendAsync(relay, second, () => third)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Commands("MAIL").Count.ShouldBe(3);

        (await SendAsync(relay, third, Relay.NoNext)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task E6_a_dot_without_a_reply_leaves_its_own_message_in_doubt_and_the_next_goes_out_elsewhere()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Close().Times(1);

        (await FirstAsync(relay)).Verdict.ShouldBe(SmtpVerdict.InDoubt);
        relay.Session.IsReady.ShouldBeFalse();
        (await SecondAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Connections.ShouldBe(2);
        relay.Server.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_announced_and_withdrawn_has_no_content_and_its_connection_is_reset()
    {
        await using var relay = await Relay.StartAsync();
        await FirstAsync(relay);

        relay.Session.Withdraw();
        relay.Session.IsReady.ShouldBeFalse();

        await ShouldHaveHadOneMessage(relay);
    }

    [Fact]
    public async Task A_mark_that_is_refused_by_then_withdraws_the_announced_message()
    {
        await using var relay = await Relay.StartAsync();
        await FirstAsync(relay);

        (await SendAsync(relay, second, Relay.NoNext, Task.FromResult(false))).Verdict.ShouldBe(SmtpVerdict.NotSent);

        await ShouldHaveHadOneMessage(relay);
    }

    [Fact]
    public async Task Another_message_than_the_announced_one_goes_out_on_a_connection_of_its_own()
    {
        await using var relay = await Relay.StartAsync();
        await FirstAsync(relay);
        using var third = Mail("third@example.org");

        (await SendAsync(relay, third, Relay.NoNext)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Store.All.Select(mail => mail.Recipient).ShouldBe(["first@example.org", "third@example.org"]);
        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task A_session_that_ends_says_no_QUIT_into_a_message()
    {
        await using var relay = await Relay.StartAsync();
        await FirstAsync(relay);

        await relay.Session.DisposeAsync();

        await ShouldHaveHadOneMessage(relay);
    }

    [Fact]
    public async Task E18_the_last_message_of_a_connection_announces_none()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.MessagesPerConnection = 1);

        await FirstAsync(relay);
        (await SecondAsync(relay)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Commands("QUIT").Count.ShouldBe(1);
        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task E13_a_message_that_is_too_large_is_not_announced()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["PIPELINING", $"SIZE {first.Message.Size + 100}"] });
        using var large = new WireMail(
            Mails.Plain.Compose(Mails.Issue with { Content = Mails.Content("Long", new string('x', 9000)) }), Mails.Issue.ReturnPath, Mails.Issue.To);

        (await SendAsync(relay, first, () => large)).Verdict.ShouldBe(SmtpVerdict.Accepted);

        (await SendAsync(relay, large, Relay.NoNext)).Verdict.ShouldBe(SmtpVerdict.OurFault);
        relay.Commands("MAIL").Count.ShouldBe(1);
    }

    private static WireMail Mail(string to) => new(Mails.Plain.Compose(Mails.Issue with { To = to }), Mails.Issue.ReturnPath, to);

    private Task<SmtpOutcome> FirstAsync(Relay relay) => SendAsync(relay, first, () => second);

    private Task<SmtpOutcome> SecondAsync(Relay relay) => SendAsync(relay, second, Relay.NoNext);

    private static Task<SmtpOutcome> SendAsync(Relay relay, WireMail mail, Func<WireMail?> following, Task<bool>? mark = null) =>
        relay.Session.SendAsync(mail, mark ?? Relay.Marked, following, TestContext.Current.CancellationToken);

    private static async Task ShouldHaveHadOneMessage(Relay relay)
    {
        while (relay.Server.OpenConnections > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        relay.Server.Dots.ShouldBe(1);
        relay.Commands("QUIT").ShouldBeEmpty();
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(2);
    }

    /// <summary>Answers all but the final dot at once, and that one when DATA stands behind it.</summary>
    /// <returns>The end of the first message and all that came after it.</returns>
    private static async Task<string> HearAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var heard = new StringBuilder();
        await WriteAsync(stream, "220 relay.example ESMTP\r\n");
        await HearUntilAsync(stream, heard, "\r\n");
        await WriteAsync(stream, "250-relay.example\r\n250 PIPELINING\r\n");
        await HearUntilAsync(stream, heard, "DATA\r\n");
        await WriteAsync(stream, "250 Ok\r\n250 Ok\r\n354 go on\r\n");
        heard.Clear();
        await HearUntilAsync(stream, heard, "\r\nDATA\r\n");
        await WriteAsync(stream, "250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go on\r\n");
        var text = heard.ToString();
        return text[text.IndexOf("\r\n.\r\n", StringComparison.Ordinal)..];
    }

    private static async Task HearUntilAsync(NetworkStream stream, StringBuilder heard, string end)
    {
        var buffer = new byte[4096];
        while (!heard.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            length.ShouldBeGreaterThan(0);
            heard.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }
    }

    private static async Task WriteAsync(NetworkStream stream, string reply) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply), TestContext.Current.CancellationToken);
}
