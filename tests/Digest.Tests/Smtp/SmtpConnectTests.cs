using System.Net;
using System.Net.Sockets;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>How a connection comes about, and what is told when it does not.</summary>
public sealed class SmtpConnectTests
{
    [Theory]
    [InlineData(SmtpStep.Connect, "554 5.7.1 no service")]
    [InlineData(SmtpStep.Connect, "421 4.3.2 too busy")]
    [InlineData(SmtpStep.Ehlo, "550 5.7.1 no service")]
    public async Task A_relay_that_turns_us_away_at_the_door_is_away_and_charges_nobody(SmtpStep step, string reply)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(step).Reply(reply);

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Connect, int.Parse(reply[..3], null), reply.Split(' ')[1], reply[4..]));
        relay.Commands("MAIL").ShouldBeEmpty();

        relay.Server.Script.Clear();
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
    }

    [Fact]
    public async Task A_relay_that_closes_at_the_door_is_away()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Connect).Close();

        (await relay.SendAsync()).ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Connect, Reply: "The connection was lost."));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_relay_that_is_away()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.Port = UnusedPort());

        var outcome = await relay.SendAsync();

        outcome.Verdict.ShouldBe(SmtpVerdict.NotSent);
        outcome.Stage.ShouldBe(SmtpStage.Connect);
        outcome.Reply.ShouldStartWith("No connection: ");
    }

    [Fact]
    public async Task A_lane_can_open_before_it_begins_a_message()
    {
        await using var relay = await Relay.StartAsync();

        (await relay.Session.OpenAsync(TestContext.Current.CancellationToken)).ShouldBeNull();

        relay.Commands("MAIL").ShouldBeEmpty();
        await relay.SendAsync();
        relay.Server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task E1_EHLO_names_this_installation()
    {
        await using var relay = await Relay.StartAsync();

        await relay.SendAsync();

        relay.Commands("EHLO").ShouldBe(["1: EHLO digest.example.com"]);
    }

    [Fact]
    public async Task E7_a_server_that_closes_between_messages_is_met_by_one_reconnect_at_once()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.AfterDot).Close().Times(1);
        await relay.SendAsync();

        var second = await relay.SendAsync(Mails.Issue with { To = "second@example.org" });

        second.Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Store.All.Select(mail => mail.Recipient).ShouldBe(["Reader@example.org", "second@example.org"]);
        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task E7_a_kept_connection_that_is_closed_at_MAIL_is_met_by_one_reconnect_at_once()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 1, Message: 2 }).Close();
        await relay.SendAsync();

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Store.All.Count.ShouldBe(2);
        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task E7_a_server_that_closes_at_every_second_MAIL_is_retried_once_and_no_more()
    {
        await using var relay = await Relay.StartAsync();
        await relay.SendAsync();
        relay.Server.Script.On(SmtpStep.Mail).Close();

        (await relay.SendAsync()).ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Mail, Reply: "The connection was lost."));

        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task E7_an_unasked_421_between_messages_is_met_by_a_new_connection()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.AfterDot).Reply("421 4.4.2 idle").Close().Times(1);
        await relay.SendAsync();
        while (relay.Server.OpenConnections > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task E18_a_connection_carries_its_share_and_ends_with_QUIT()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.MessagesPerConnection = 2);

        for (var i = 0; i < 5; i++)
        {
            (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        }

        await relay.Session.DisposeAsync();

        relay.Server.Store.All.Select(mail => mail.Connection).ShouldBe([1, 1, 2, 2, 3]);
        relay.Commands("QUIT").ShouldBe(["1: QUIT", "2: QUIT", "3: QUIT"]);
    }

    [Fact]
    public async Task E18_a_connection_idle_for_four_minutes_is_replaced()
    {
        await using var relay = await Relay.StartAsync();
        await relay.SendAsync();
        relay.Time.Advance(TimeSpan.FromMinutes(3));
        await relay.SendAsync();
        relay.Server.Connections.ShouldBe(1);

        relay.Time.Advance(TimeSpan.FromMinutes(4));
        await relay.SendAsync();

        relay.Server.Connections.ShouldBe(2);
        relay.Server.Store.All.Count.ShouldBe(3);
    }

    [Fact]
    public async Task J1_each_session_has_a_connection_of_its_own()
    {
        await using var relay = await Relay.StartAsync();
        var cancellationToken = TestContext.Current.CancellationToken;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var session = relay.NewSession();
            using var message = Mails.Plain.Compose(Mails.Issue);
            (await session.SendAsync(new WireMail(message, Mails.Issue.ReturnPath, Mails.Issue.To), Relay.Marked, Relay.NoNext, cancellationToken)).Verdict.ShouldBe(SmtpVerdict.Accepted);
        }));

        relay.Server.Connections.ShouldBe(4);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
