using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>
/// What the ledger says after each thing a relay can do (checklist, E-matrix), and what the relay received. The matrix' last
/// row, a killed process, is <see cref="KilledWorkerTests"/>.
/// </summary>
public sealed class OutcomeMatrixTests
{
    [Fact]
    public async Task E17_a_250_is_acceptance_and_the_relays_words_are_kept()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        world.Relay.Script.On(SmtpStep.Dot).Reply("250 2.0.0 Ok: queued as 4VJk1x2M3z");

        await world.StartWorkerAsync();
        await world.UntilStateAsync(DeliveryState.Accepted);

        (await world.Ledger.RowAsync()).Reply!.ShouldContain("4VJk1x2M3z");
        world.Relay.Dots.ShouldBe(1);
        world.Heard("RCPT TO").ShouldBe(1);
    }

    [Theory]
    [InlineData(SmtpStep.Recipient, "450 4.2.0 greylisted")]
    [InlineData(SmtpStep.Recipient, "451 4.7.1 greylisted")]
    [InlineData(SmtpStep.Dot, "450 4.2.1 mailbox busy")]
    [InlineData(SmtpStep.Dot, "451 4.3.0 try again later")]
    public async Task E2_E20_a_4yz_defers_charges_a_try_and_goes_out_later_with_the_same_envelope(SmtpStep step, string reply)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        var envelopes = new List<string>();
        world.Relay.Script.On(SmtpStep.Mail, moment => { envelopes.Add(moment.Line); return false; });
        world.Relay.Script.On(step).Reply(reply).Times(1);

        await world.StartWorkerAsync();
        await world.UntilStateAsync(DeliveryState.Deferred);
        (await world.Ledger.RowAsync()).ShouldSatisfyAllConditions(
            row => row.Attempts.ShouldBe(1),
            row => row.ReplyCode.ShouldBe(int.Parse(reply[..3], null)),
            row => row.DueAt.ShouldBeGreaterThanOrEqualTo(LedgerWorld.Monday.AddMinutes(30)));

        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilStateAsync(DeliveryState.Accepted);
        world.Recipients.ShouldBe(["reader-1@example.com"]);
        envelopes.Count.ShouldBe(2);
        envelopes.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task E3_a_5_1_1_is_final_suppresses_and_the_connection_goes_on()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        world.Relay.Script.On(SmtpStep.Recipient, m => m.Recipient == "reader-1@example.com").Reply("550 5.1.1 no such user");

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.Ledger.StateAsync(0)).ShouldBe(DeliveryState.Rejected);
        world.Recipients.ShouldBe(["reader-2@example.com", "reader-3@example.com"], ignoreOrder: true);
        (await SuppressionsAsync(world)).ShouldBe(1);
        world.Relay.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task E3_another_5yz_to_a_recipient_is_final_and_suppresses_nobody()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        world.Relay.Script.On(SmtpStep.Recipient).Reply("550 5.2.2 mailbox full");

        await world.StartWorkerAsync();
        await world.UntilStateAsync(DeliveryState.Rejected);

        world.Heard("RCPT TO").ShouldBe(1);
        (await SuppressionsAsync(world)).ShouldBe(0);
    }

    [Theory]
    [InlineData("550 5.7.1 sender not authorised")]
    [InlineData("552 5.3.4 message too big for system")]
    [InlineData("553 5.1.8 bad sender")]
    public async Task E3_a_5yz_at_MAIL_pauses_the_run_and_blames_no_reader(string reply)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6);
        world.Relay.Script.On(SmtpStep.Mail).Reply(reply);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused);
        await world.UntilCountAsync(DeliveryState.Queued, 6);

        (await SuppressionsAsync(world)).ShouldBe(0);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RunPause.Alert));
        (await world.Ledger.IssueAsync()).StateReason!.ShouldContain(reply[4..]);

        world.Relay.Script.Clear();
        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, TestContext.Current.CancellationToken);
        await world.UntilCountAsync(DeliveryState.Accepted, 6);
    }

    [Fact]
    public async Task E3_a_5_7_x_to_every_recipient_pauses_the_run_and_suppresses_nobody()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 9);
        world.Relay.Script.On(SmtpStep.Recipient).Reply("550 5.7.515 access denied");

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused);
        await world.UntilCountAsync(DeliveryState.Queued, 5);

        (await world.CountAsync(DeliveryState.Deferred)).ShouldBe(4);
        (await SuppressionsAsync(world)).ShouldBe(0);
        world.Heard("RCPT TO").ShouldBe(5);
    }

    [Fact]
    public async Task E3_a_5_7_x_to_one_recipient_defers_that_one_and_the_run_goes_on()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 8);
        world.Relay.Script.On(SmtpStep.Recipient, m => m.Recipient == "reader-3@example.com").Reply("550 5.7.1 blocked by the recipient");

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 7);

        await world.UntilStateAsync(DeliveryState.Deferred, reader: 2);
        (await world.Ledger.IssueAsync()).State.ShouldBe(IssueState.Sending);
    }

    [Theory]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    public async Task E4_a_421_ends_the_session_charges_no_try_and_the_mail_goes_out_on_the_next(SmtpStep step)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        var connects = world.InstantsOf(SmtpStep.Connect);
        world.Relay.Script.On(step).Reply("421 4.3.2 closing").Close().Times(1);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        // Whoever waits, the relay is left alone for a while.
        (connects[1] - connects[0]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));

        world.Recipients.ShouldBe(["reader-1@example.com", "reader-2@example.com"], ignoreOrder: true);
        world.Relay.Connections.ShouldBe(2);
        (await world.Ledger.RowAsync(0)).Attempts.ShouldBe(0);
        (await world.Ledger.RowAsync(1)).Attempts.ShouldBe(0);
    }

    [Theory]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    public async Task E5_a_connection_lost_before_the_final_dot_loses_and_doubles_nothing(SmtpStep step)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        world.Relay.Script.On(step).Close().Times(1);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        world.Recipients.ShouldBe(["reader-1@example.com", "reader-2@example.com"], ignoreOrder: true);
        (await world.Ledger.RowAsync(0)).Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task E5_a_connection_lost_in_the_middle_of_the_body_loses_and_doubles_nothing()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        await LargeIssue.FreezeAsync(world);
        world.Relay.Script.On(SmtpStep.Body).Close().Times(1);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        world.Recipients.ShouldBe(["reader-1@example.com", "reader-2@example.com"], ignoreOrder: true);
        world.Relay.Dots.ShouldBe(2);
        (await world.Ledger.RowAsync(0)).Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task E7_a_connection_closed_between_messages_costs_nothing()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 4);
        world.Relay.Script.On(SmtpStep.AfterDot).Close();

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        world.Recipients.Order().ShouldBe(world.Ledger.Readers.Select(r => r.Address).Order());
        world.Relay.Dots.ShouldBe(4);
    }

    [Fact]
    public async Task E6_a_connection_lost_after_the_final_dot_is_a_doubt_that_nobody_sends_again()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        world.Relay.Script.On(SmtpStep.Dot).Close().Times(1);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);
        world.Ledger.Time.Advance(TimeSpan.FromHours(47));
        await world.UntilAsync(async () => await world.Ledger.Database.ScalarAsync<DateTime>("select max(heartbeat_at) from digest.sending_workers")
            >= LedgerWorld.Monday.AddHours(47).UtcDateTime);

        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(1);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(1);
        world.Relay.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task E6_E9_a_reply_that_never_comes_is_a_doubt_that_nobody_sends_again()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2, settings: ("Digest:Smtp:TimeoutSeconds", "5"));
        world.Relay.Script.On(SmtpStep.Dot).Hang().Times(1);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(1);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(1);
        world.Relay.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task E6_E8_a_stop_after_the_dot_waits_for_the_reply_so_that_there_is_no_doubt()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var gate = world.Relay.HoldReplies(times: 1);
        var worker = await world.StartWorkerAsync();
        await world.ComesAsync(dot);

        var stopping = worker.StopAsync(CancellationToken.None);
        gate.SetResult();
        await world.ComesAsync(stopping);

        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(1);
        (await world.CountAsync(DeliveryState.Queued)).ShouldBe(1);
        world.Relay.Dots.ShouldBe(1);
    }

    [Fact]
    public async Task E6_by_declared_policy_a_doubt_is_sent_again_with_the_same_Message_ID()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1, whenInDoubt: InDoubtDefault.SendAgain);
        world.Relay.Script.On(SmtpStep.Dot).Close().Times(1);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => world.Relay.Dots == 1 && await world.Ledger.StateAsync() == DeliveryState.Deferred);
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilStateAsync(DeliveryState.Accepted);

        world.Relay.Dots.ShouldBe(2);
        world.MessageTo("reader-1@example.com").MessageId
            .ShouldBe(world.Ledger.Get<MessageIds>().Of(world.Ledger.KeyOf(world.Ledger.Readers[0]), "signal@example.com"));
    }

    [Fact]
    public async Task E6_by_declared_policy_a_doubt_is_sent_again_once_and_its_second_doubt_remains()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1, whenInDoubt: InDoubtDefault.SendAgain);
        world.Relay.Script.On(SmtpStep.Dot).Close();

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => await world.Ledger.StateAsync() == DeliveryState.Deferred);
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.Ledger.StateAsync()).ShouldBe(DeliveryState.InDoubt);
        world.Relay.Dots.ShouldBe(2);
    }

    [Fact]
    public async Task E10_any_2yz_to_the_dot_is_acceptance()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        world.Relay.Script.On(SmtpStep.Dot).Reply("251 will forward");

        await world.StartWorkerAsync();
        await world.UntilStateAsync(DeliveryState.Accepted);

        (await world.Ledger.RowAsync()).ReplyCode.ShouldBe(251);
        world.Relay.Dots.ShouldBe(1);
    }

    [Fact]
    public async Task E14_a_reply_in_pieces_and_lines_means_what_it_says()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        world.Relay.Script.On(SmtpStep.Dot).Reply("250-2.0.0 taken", $"250-2.0.0 {new string('x', 500)}", "250 2.0.0 queued as 4711").InPiecesOf(1);

        await world.StartWorkerAsync();
        await world.UntilStateAsync(DeliveryState.Accepted);
    }

    [Theory]
    [InlineData(SmtpStep.Connect, "554 5.3.2 no service here")]
    [InlineData(SmtpStep.Connect, "421 4.3.2 too busy")]
    [InlineData(SmtpStep.Ehlo, "554 5.3.2 not you")]
    public async Task E4_E19_a_relay_that_serves_nobody_is_left_alone_the_operator_told_and_the_mail_waits(SmtpStep step, string reply)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        world.Relay.Script.On(step).Reply(reply).Close();
        // MailKit falls back to HELO where EHLO is refused.
        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RelayWatch.Unreachable));

        await world.UntilCountAsync(DeliveryState.Queued, 3);
        (await world.Ledger.RowAsync()).Attempts.ShouldBe(0);
        world.Heard("MAIL FROM").ShouldBe(0);

        world.Relay.Script.Clear();
        await world.UntilCountAsync(DeliveryState.Accepted, 3);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Count == 0);
    }

    [Fact]
    public async Task C11_a_relay_without_STARTTLS_gets_nothing_and_the_run_pauses()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2, settings: ("Digest:Smtp:Security", "StartTls"));

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused);
        await world.UntilCountAsync(DeliveryState.Queued, 2);

        world.Heard("MAIL FROM").ShouldBe(0);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RunPause.Alert));
    }

    [Fact]
    public async Task C11_a_relay_whose_certificate_nobody_vouches_for_gets_nothing_and_the_run_pauses()
    {
        using var certificate = TestCertificate.Create();
        await using var world = await SendingWorld.QueuedAsync(
            readers: 2, relay: new MailboxOptions { StartTls = true, Certificate = certificate }, settings: ("Digest:Smtp:Security", "StartTls"));

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused);
        await world.UntilCountAsync(DeliveryState.Queued, 2);

        world.Heard("MAIL FROM").ShouldBe(0);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RunPause.Alert));
    }

    [Fact]
    public async Task D5_a_4_7_28_holds_the_whole_run_for_ten_minutes()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        world.Relay.Script.On(SmtpStep.Mail).Reply("421 4.7.28 unusual rate").Close().Times(1);

        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Heard("MAIL FROM") == 1));
        await world.UntilCountAsync(DeliveryState.Queued, 3);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() >= LedgerWorld.Monday.AddMinutes(9)), TimeSpan.FromSeconds(10));
        world.Heard("MAIL FROM").ShouldBe(1);

        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) == 3, TimeSpan.FromSeconds(1));
    }

    private static async Task<long> SuppressionsAsync(SendingWorld world) =>
        await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.suppressions");
}
