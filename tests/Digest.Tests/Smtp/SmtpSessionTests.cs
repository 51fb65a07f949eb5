using Digest.Local.Mailbox;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>The E-matrix of the conformance checklist: what a server does, and what a session makes of it.</summary>
public sealed class SmtpSessionTests
{
    [Fact]
    public async Task J9_a_250_to_everything_is_accepted_and_the_queue_id_kept()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Reply("250 2.0.0 queued as 4Fx7Yz");

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(SmtpVerdict.Accepted, SmtpStage.Reply, 250, "2.0.0", "2.0.0 queued as 4Fx7Yz"));
        relay.Server.Store.All.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(SmtpStep.Mail, "451 4.3.0 later", SmtpVerdict.Deferred, SmtpStage.Mail)]
    [InlineData(SmtpStep.Recipient, "450 4.2.0 greylisted", SmtpVerdict.Deferred, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Data, "451 4.3.0 later", SmtpVerdict.Deferred, SmtpStage.Data)]
    [InlineData(SmtpStep.Dot, "451 4.7.28 rate", SmtpVerdict.Deferred, SmtpStage.Reply)]
    [InlineData(SmtpStep.Mail, "550 5.7.1 not you", SmtpVerdict.OurFault, SmtpStage.Mail)]
    [InlineData(SmtpStep.Mail, "552 5.3.4 too big", SmtpVerdict.OurFault, SmtpStage.Mail)]
    [InlineData(SmtpStep.Mail, "530 5.7.0 authentication required", SmtpVerdict.OurFault, SmtpStage.Mail)]
    [InlineData(SmtpStep.Recipient, "530 5.7.0 authentication required", SmtpVerdict.OurFault, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Recipient, "550 5.7.1 relaying denied", SmtpVerdict.OurFault, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Recipient, "550 5.1.1 no such user", SmtpVerdict.NoSuchMailbox, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Recipient, "550 5.2.1 disabled", SmtpVerdict.Rejected, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Data, "554 5.5.1 no valid recipients", SmtpVerdict.Rejected, SmtpStage.Data)]
    [InlineData(SmtpStep.Dot, "554 5.6.0 content", SmtpVerdict.Rejected, SmtpStage.Reply)]
    [InlineData(SmtpStep.Dot, "550 5.7.26 unauthenticated", SmtpVerdict.OurFault, SmtpStage.Reply)]
    public async Task J2_after_a_refusal_the_same_connection_goes_on(SmtpStep step, string reply, SmtpVerdict verdict, SmtpStage stage)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(step).Reply(reply).Times(1);

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(verdict, stage, int.Parse(reply[..3], null), reply.Split(' ')[1], reply[4..]));
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(1);
        relay.Server.Store.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task E10_a_251_to_the_dot_is_acceptance()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Reply("251 2.1.5 will forward").Times(1);

        (await relay.SendAsync()).ShouldBe(new SmtpOutcome(SmtpVerdict.Accepted, SmtpStage.Reply, 251, "2.1.5", "2.1.5 will forward"));
        relay.Server.Dots.ShouldBe(1);
    }

    [Fact]
    public async Task E11_a_refused_recipient_in_a_pipeline_gets_no_content()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Recipient).Reply("550 5.1.1 no such user").Times(1);

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.NoSuchMailbox);

        relay.Server.Dots.ShouldBe(0);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(SmtpStep.Mail, "550 5.7.1 not you", SmtpVerdict.OurFault)]
    [InlineData(SmtpStep.Recipient, "550 5.1.1 no such user", SmtpVerdict.NoSuchMailbox)]
    public async Task E11_a_server_that_asks_for_the_content_after_a_refusal_gets_none(SmtpStep step, string refusal, SmtpVerdict verdict)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(step).Reply(refusal).Times(1);
        relay.Server.Script.On(SmtpStep.Data).Reply("354 go on").Times(1);

        (await relay.SendAsync()).Verdict.ShouldBe(verdict);

        while (relay.Server.OpenConnections > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        relay.Server.Dots.ShouldBe(0);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Store.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task E11_without_PIPELINING_a_refused_recipient_gets_no_DATA()
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = [] });
        relay.Server.Script.On(SmtpStep.Recipient).Reply("550 5.1.1 no such user");

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.NoSuchMailbox);

        relay.Commands("DATA").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task E11_a_refused_sender_decides_with_and_without_pipelining(bool pipelining)
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = pipelining ? ["PIPELINING"] : [] });
        relay.Server.Script.On(SmtpStep.Mail).Reply("550 5.7.1 not you");

        var outcome = await relay.SendAsync();

        outcome.Verdict.ShouldBe(SmtpVerdict.OurFault);
        outcome.Stage.ShouldBe(SmtpStage.Mail);
    }

    [Fact]
    public async Task E20_the_return_path_is_the_same_on_the_next_try()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Recipient).Reply("450 4.2.0 greylisted").Times(1);

        await relay.SendAsync();
        await relay.SendAsync();

        relay.Commands("MAIL").Distinct().Count().ShouldBe(1);
        relay.Server.Store.All.Single().ReturnPath.ShouldBe(Mails.Issue.ReturnPath);
    }

    [Theory]
    [InlineData(SmtpStep.Mail, SmtpStage.Mail)]
    [InlineData(SmtpStep.Recipient, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Data, SmtpStage.Data)]
    [InlineData(SmtpStep.Dot, SmtpStage.Reply)]
    public async Task E4_a_421_ends_the_session_and_charges_nobody(SmtpStep step, SmtpStage stage)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(step).Reply("421 4.3.2 shutting down").Close().Times(1);

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, stage, 421, "4.3.2", "4.3.2 shutting down"));
        relay.Server.Store.All.ShouldBeEmpty();
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(2);
    }

    [Theory]
    [InlineData(SmtpStep.Mail, SmtpStage.Mail)]
    [InlineData(SmtpStep.Recipient, SmtpStage.Recipient)]
    [InlineData(SmtpStep.Data, SmtpStage.Data)]
    public async Task E5_a_close_before_the_body_is_not_sent_and_the_next_try_gives_one_copy(SmtpStep step, SmtpStage stage)
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = ["SIZE 26214400"] });
        relay.Server.Script.On(step).Close().Times(1);

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, stage, Reply: "The connection was lost."));
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Store.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task E5_a_close_within_the_body_is_not_sent()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Body).Close().Times(1);
        // More than the sockets' buffers hold, so that the loss meets the body and not the dot.
        var mail = Mails.Issue with { Content = Mails.Content("Long", new string('x', 20_000_000), "short") };

        var outcome = await relay.SendAsync(mail);

        outcome.ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Body, Reply: "The connection was lost."));
        relay.Server.Dots.ShouldBe(0);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
    }

    [Fact]
    public async Task E6_a_close_after_the_dot_is_in_doubt()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Close().Times(1);

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(SmtpVerdict.InDoubt, SmtpStage.Reply, Reply: "The connection was lost."));
        relay.Server.Dots.ShouldBe(1);
        relay.Commands("DATA").Count.ShouldBe(1);
    }

    [Fact]
    public async Task E6_a_close_after_the_dot_of_a_later_message_is_in_doubt_and_not_repeated()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot, moment => moment.Message == 2).Close();
        await relay.SendAsync();

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.InDoubt);

        relay.Server.Dots.ShouldBe(2);
        relay.Server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(SmtpStep.Connect, SmtpStage.Connect, SmtpVerdict.NotSent)]
    [InlineData(SmtpStep.Ehlo, SmtpStage.Connect, SmtpVerdict.NotSent)]
    [InlineData(SmtpStep.Mail, SmtpStage.Mail, SmtpVerdict.NotSent)]
    [InlineData(SmtpStep.Recipient, SmtpStage.Recipient, SmtpVerdict.NotSent)]
    [InlineData(SmtpStep.Data, SmtpStage.Data, SmtpVerdict.NotSent)]
    [InlineData(SmtpStep.Dot, SmtpStage.Reply, SmtpVerdict.InDoubt)]
    public async Task E9_a_server_that_hangs_is_given_up_after_the_timeout(SmtpStep step, SmtpStage stage, SmtpVerdict verdict)
    {
        await using var relay = await Relay.StartAsync(new MailboxOptions { Extensions = [] }, settings => settings.TimeoutSeconds = 1);
        relay.Server.Script.On(step).Hang().Times(1);

        (await relay.SendAsync()).ShouldBe(new SmtpOutcome(verdict, stage, Reply: "No reply in time."));
        (await relay.Session.OpenAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
        relay.Server.Connections.ShouldBe(2, "what did not answer is not spoken to again");
    }

    [Fact]
    public async Task E9_the_time_between_messages_is_not_counted()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.TimeoutSeconds = 1);
        await relay.SendAsync();
        relay.Server.Script.On(SmtpStep.Mail).Hang().Times(1);
        await using var slow = relay.NewSession();
        using var message = Mails.Plain.Compose(Mails.Issue);

        // Another session meets a hung server, and gives up after a second: so long the first was idle.
        var given = await slow.SendAsync(
            new WireMail(message, Mails.Issue.ReturnPath, Mails.Issue.To), Relay.Marked, Relay.NoNext, TestContext.Current.CancellationToken);

        given.Reply.ShouldBe("No reply in time.");
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task E8_stopping_while_the_reply_is_awaited_waits_for_it()
    {
        await using var relay = await Relay.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answer = new TaskCompletionSource();
        relay.Server.Script.On(SmtpStep.Dot).WaitFor(answer.Task).Reply("250 2.0.0 queued");

        var sending = relay.SendUntilAsync(stop.Token);
        while (relay.Server.Dots == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await stop.CancelAsync();
        sending.IsCompleted.ShouldBeFalse();
        answer.SetResult();

        (await sending).Verdict.ShouldBe(SmtpVerdict.Accepted);
    }

    [Fact]
    public async Task E8_stopping_before_the_message_begins_sends_nothing_and_blames_nobody()
    {
        await using var relay = await Relay.StartAsync();

        var outcome = await relay.SendUntilAsync(new CancellationToken(canceled: true));

        outcome.Verdict.ShouldBe(SmtpVerdict.NotSent);
        outcome.Stage.ShouldBe(SmtpStage.Connect);
        relay.Server.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData(SmtpStep.Connect)]
    [InlineData(SmtpStep.Ehlo)]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    [InlineData(SmtpStep.Dot)]
    public async Task Replies_in_single_bytes_are_read_as_one(SmtpStep step)
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(step).InPiecesOf(1);

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
    }

    [Fact]
    public async Task A_long_reply_of_many_lines_in_pieces_is_read_as_one()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Recipient)
            .Reply("550-5.1.1 " + new string('x', 600), "550-5.1.1 <reader@example.org>", "550 5.1.1 end").InPiecesOf(7);

        var outcome = await relay.SendAsync();

        outcome.Verdict.ShouldBe(SmtpVerdict.NoSuchMailbox);
        outcome.Reply!.Length.ShouldBe(500);
        outcome.Reply.ShouldNotContain("reader@");
    }

    [Fact]
    public async Task A_fault_of_our_own_in_a_message_costs_the_connection_and_not_the_next_message()
    {
        await using var relay = await Relay.StartAsync();
        await relay.SendAsync();

        // At the instant of the dot: a fault that no network makes.
        using var message = Mails.Plain.Compose(Mails.Issue);
        await Should.ThrowAsync<InvalidOperationException>(() => relay.Session.SendAsync(
            new WireMail(message, Mails.Issue.ReturnPath, Mails.Issue.To), Relay.Marked, () => throw new InvalidOperationException(),
            TestContext.Current.CancellationToken));

        relay.Server.Dots.ShouldBe(1);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(2);
    }
}
