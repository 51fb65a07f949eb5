using Digest.Local.Mailbox;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>The final dot waits for the ledger's mark: before it nothing can be accepted, so a crash loses and doubles nothing.</summary>
public sealed class LateDotTests
{
    /// <summary>A text beyond 64 KB goes out ahead of its dot.</summary>
    private static readonly TestMail Long = Mails.Issue with { Content = Mails.Content("Long", new string('x', 100_000), "short") };

    private static readonly SmtpOutcome Withdrawn = new(SmtpVerdict.NotSent, SmtpStage.Body, Reply: "Withdrawn before the final dot.");

    [Fact]
    public async Task A_long_message_is_on_its_way_before_the_mark_and_its_dot_after()
    {
        await using var relay = await Relay.StartAsync();
        var arrived = ArrivalOfTheBody(relay);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task);
        await arrived;
        relay.Server.Dots.ShouldBe(0);
        sending.IsCompleted.ShouldBeFalse();
        mark.SetResult(true);

        (await sending).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Store.All.ShouldHaveSingleItem().Raw.ToArray().ShouldBe(Mails.Plain.Bytes(Long));
    }

    [Fact]
    public async Task A_short_message_waits_whole()
    {
        await using var relay = await Relay.StartAsync();
        var asked = new TaskCompletionSource();
        relay.Server.Script.On(SmtpStep.Data, _ => asked.TrySetResult() && false).Close();
        var arrived = ArrivalOfTheBody(relay);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task, Mails.Issue);
        await asked.Task;
        mark.SetResult(false);

        (await sending).ShouldBe(Withdrawn);
        arrived.IsCompleted.ShouldBeFalse();
        await ShouldHaveLeftNothing(relay);
    }

    [Fact]
    public async Task A_mark_that_is_refused_withdraws_the_message()
    {
        await using var relay = await Relay.StartAsync();
        var arrived = ArrivalOfTheBody(relay);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task);
        await arrived;
        mark.SetResult(false);

        (await sending).ShouldBe(Withdrawn);
        await ShouldHaveLeftNothing(relay);
    }

    [Fact]
    public async Task A_mark_that_fails_withdraws_the_message()
    {
        await using var relay = await Relay.StartAsync();
        var arrived = ArrivalOfTheBody(relay);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task);
        await arrived;
        mark.SetException(new InvalidOperationException("The database is away."));

        (await sending).ShouldBe(Withdrawn);
        await ShouldHaveLeftNothing(relay);
    }

    [Fact]
    public async Task A_mark_refused_while_the_envelope_is_answered_withdraws_the_message_before_its_content()
    {
        await using var relay = await Relay.StartAsync();
        var mark = new TaskCompletionSource<bool>();
        relay.Server.Script.On(SmtpStep.Data, _ => mark.TrySetResult(false)).Reply("354 go on").Times(1);
        var arrived = ArrivalOfTheBody(relay);

        (await SendAsync(relay, mark.Task)).ShouldBe(Withdrawn);

        arrived.IsCompleted.ShouldBeFalse();
        await ShouldHaveLeftNothing(relay);
    }

    [Fact]
    public async Task A_mark_refused_at_once_says_nothing_and_keeps_the_connection()
    {
        await using var relay = await Relay.StartAsync();
        await relay.SendAsync();

        (await SendAsync(relay, Task.FromResult(false))).ShouldBe(Withdrawn with { Stage = SmtpStage.Connect });
        (await SendAsync(relay, Task.FromException<bool>(new InvalidOperationException()))).Verdict.ShouldBe(SmtpVerdict.NotSent);

        relay.Commands("MAIL").Count.ShouldBe(1);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(SmtpSecurity.None)]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task E5_a_server_that_leaves_while_the_mark_is_awaited_gets_no_dot_and_leaves_no_doubt(SmtpSecurity security)
    {
        using var certificates = new TestCertificates();
        await using var relay = await Relay.StartAsync(security, certificates);
        relay.Server.Script.On(SmtpStep.Body).Close().Times(1);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task);
        while (relay.Server.Connections == 0 || relay.Server.OpenConnections > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        mark.SetResult(true);

        (await sending).ShouldBe(new SmtpOutcome(SmtpVerdict.NotSent, SmtpStage.Body, Reply: "The connection was lost."));
        relay.Server.Dots.ShouldBe(0);
    }

    [Fact]
    public async Task E6_a_server_that_leaves_after_the_late_dot_leaves_a_doubt()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Dot).Close();
        var arrived = ArrivalOfTheBody(relay);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task);
        await arrived;
        mark.SetResult(true);

        (await sending).ShouldBe(new SmtpOutcome(SmtpVerdict.InDoubt, SmtpStage.Reply, Reply: "The connection was lost."));
        relay.Server.Dots.ShouldBe(1);
    }

    [Fact]
    public async Task E7_the_one_reconnect_between_messages_waits_for_the_same_mark()
    {
        await using var relay = await Relay.StartAsync();
        relay.Server.Script.On(SmtpStep.Mail, moment => moment is { Connection: 1, Message: 2 }).Close();
        await relay.SendAsync();
        var arrived = ArrivalOfTheBody(relay);
        var mark = new TaskCompletionSource<bool>();

        var sending = SendAsync(relay, mark.Task);
        await arrived;
        relay.Server.Connections.ShouldBe(2);
        relay.Server.Dots.ShouldBe(1);
        mark.SetResult(true);

        (await sending).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Dots.ShouldBe(2);
    }

    private static async Task<SmtpOutcome> SendAsync(Relay relay, Task<bool> mark, TestMail? mail = null)
    {
        using var message = Mails.Plain.Compose(mail ?? Long);
        return await relay.Session.SendAsync(new WireMail(message, Mails.Issue.ReturnPath, Mails.Issue.To), mark, Relay.NoNext, TestContext.Current.CancellationToken);
    }

    /// <summary>The next first line of a body to reach the server.</summary>
    private static Task ArrivalOfTheBody(Relay relay)
    {
        var arrival = new TaskCompletionSource();
        relay.Server.Script.On(SmtpStep.Body, _ => arrival.TrySetResult() && false).Close();
        return arrival.Task;
    }

    private static async Task ShouldHaveLeftNothing(Relay relay)
    {
        while (relay.Server.OpenConnections > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        relay.Server.Dots.ShouldBe(0);
        relay.Server.Store.All.ShouldBeEmpty();
        relay.Commands("QUIT").ShouldBeEmpty();
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        relay.Server.Store.All.Count.ShouldBe(1);
    }
}
