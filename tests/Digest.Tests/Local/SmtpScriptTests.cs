using Digest.Local.Mailbox;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>The mailbox as a fault injector: what a rule says is what the client sees.</summary>
public sealed class SmtpScriptTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_recipient_is_left_out_and_the_others_stay()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(SmtpStep.Recipient, m => m.Recipient == "gone@example.com").Reply("550-5.1.1 no such", "550 5.1.1 user");
        using var client = await RawClient.GreetAsync(server);
        await client.SayAsync("MAIL FROM:<a@example.com>");

        (await client.SayAsync("RCPT TO:<gone@example.com>")).ShouldBe("550-5.1.1 no such\n550 5.1.1 user");
        (await client.SayAsync("RCPT TO:<here@example.com>")).ShouldStartWith("250");
        await client.SayAsync("DATA");
        await client.SayAsync("hi\r\n.");

        server.Store.All.ShouldHaveSingleItem().Recipient.ShouldBe("here@example.com");
    }

    [Fact]
    public async Task A_delay_comes_before_the_reply_and_changes_nothing_else()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        var delay = TimeSpan.FromMilliseconds(20);
        server.Script.On(SmtpStep.Mail).Delay(delay);
        using var client = await RawClient.GreetAsync(server);
        var before = System.Diagnostics.Stopwatch.StartNew();

        (await client.SayAsync("MAIL FROM:<a@example.com>")).ShouldStartWith("250");

        before.Elapsed.ShouldBeGreaterThanOrEqualTo(delay);
    }

    [Theory]
    [InlineData(SmtpStep.Connect)]
    [InlineData(SmtpStep.Ehlo)]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    [InlineData(SmtpStep.Body)]
    [InlineData(SmtpStep.Dot)]
    [InlineData(SmtpStep.AfterDot)]
    [InlineData(SmtpStep.Quit)]
    public async Task The_connection_closes_where_the_rule_says(SmtpStep step)
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(step).Close();
        using var client = await RawClient.ConnectAsync(server);
        (SmtpStep Step, string Line)[] conversation =
        [
            (SmtpStep.Ehlo, "EHLO me"), (SmtpStep.Mail, "MAIL FROM:<a@example.com>"), (SmtpStep.Recipient, "RCPT TO:<b@example.com>"),
            (SmtpStep.Data, "DATA"), (step == SmtpStep.Body ? SmtpStep.Body : SmtpStep.Dot, step == SmtpStep.Body ? "half a" : "whole\r\n."),
            (step == SmtpStep.AfterDot ? SmtpStep.AfterDot : SmtpStep.Quit, "QUIT"),
        ];

        var reply = await client.ReplyAsync();
        foreach (var (at, line) in conversation.TakeWhile(said => step != SmtpStep.Connect && reply.Length > 0))
        {
            reply = await client.SayAsync(line);
            (reply.Length == 0).ShouldBe(at == step, $"at {at}");
        }

        reply.ShouldBeEmpty();
        server.Store.All.Count.ShouldBe(step is SmtpStep.AfterDot or SmtpStep.Quit ? 1 : 0);
        server.Dots.ShouldBe(step is SmtpStep.Dot or SmtpStep.AfterDot or SmtpStep.Quit ? 1 : 0);
    }

    [Fact]
    public async Task A_reply_before_the_close_still_arrives()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(SmtpStep.AfterDot).Reply("421 4.3.2 shutting down").Close();
        using var client = await RawClient.GreetAsync(server);
        await client.WriteAsync("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n");
        await client.ReplyAsync();
        await client.ReplyAsync();
        await client.ReplyAsync();

        (await client.SayAsync("hi\r\n.")).ShouldStartWith("250");
        (await client.ReplyAsync()).ShouldBe("421 4.3.2 shutting down");
        (await client.ReplyAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_body_is_not_kept()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(SmtpStep.Dot).Times(1).Reply("451 4.3.0 later");
        using var client = await RawClient.GreetAsync(server);

        (await SendAsync(client)).ShouldBe("451 4.3.0 later");
        (await SendAsync(client)).ShouldStartWith("250");

        server.Store.All.ShouldHaveSingleItem();
        server.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task Rules_see_which_message_of_which_connection_it_is()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(SmtpStep.Mail, m => m is { Connection: 2, Message: 2, ReturnPath: "a@example.com" }).Reply("450 4.2.1 not now");
        using var first = await RawClient.GreetAsync(server);
        using var second = await RawClient.GreetAsync(server);

        await SendAsync(first);
        await SendAsync(first);
        await SendAsync(second);
        (await second.SayAsync("MAIL FROM:<a@example.com>")).ShouldBe("450 4.2.1 not now");

        server.Store.All.Select(mail => mail.Connection).ShouldBe([1, 1, 2]);
        server.Connections.ShouldBe(2);
        server.OpenConnections.ShouldBe(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_reply_in_pieces_is_the_same_reply(int bytes)
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(SmtpStep.Ehlo).InPiecesOf(bytes);
        using var client = await RawClient.ConnectAsync(server);
        await client.ReplyAsync();

        (await client.SayAsync("EHLO me")).ShouldBe("250-mailbox.example.com\n250-PIPELINING\n250-SIZE 26214400\n250-8BITMIME\n250-ENHANCEDSTATUSCODES\n250 DSN");
    }

    [Fact]
    public async Task A_held_conversation_goes_on_when_it_is_let_go()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Script.On(SmtpStep.Dot, _ => reached.TrySetResult()).WaitFor(hold.Task);
        using var client = await RawClient.GreetAsync(server);

        var sending = SendAsync(client);
        await reached.Task.WaitAsync(Cancelled);
        server.Dots.ShouldBe(1);
        server.Store.All.ShouldBeEmpty();
        hold.SetResult();

        (await sending).ShouldStartWith("250");
        server.Store.All.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_hanging_conversation_ends_with_the_client_or_the_server()
    {
        await using var server = await MailboxServer.StartAsync(new MailboxOptions());
        server.Script.On(SmtpStep.Noop).Hang();
        using var patient = await RawClient.GreetAsync(server);
        using (var leaving = await RawClient.GreetAsync(server))
        {
            await leaving.WriteAsync("NOOP\r\n");
        }

        await patient.WriteAsync("NOOP\r\n");
        while (server.OpenConnections > 1)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await server.DisposeAsync();

        (await patient.ReplyAsync()).ShouldBeEmpty();
        server.OpenConnections.ShouldBe(0);
    }

    private static async Task<string> SendAsync(RawClient client)
    {
        await client.SayAsync("MAIL FROM:<a@example.com>");
        await client.SayAsync("RCPT TO:<b@example.com>");
        await client.SayAsync("DATA");
        return await client.SayAsync("hi\r\n.");
    }
}
