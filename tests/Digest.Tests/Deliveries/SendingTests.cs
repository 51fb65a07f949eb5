using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What readers' servers see of a Monday.</summary>
public sealed class SendingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E18_a_connection_that_has_nothing_to_do_gets_its_QUIT_and_the_next_issue_opens_another()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        world.Relay.OpenConnections.ShouldBe(1);

        await world.UntilAsync(() => Task.FromResult(world.Relay.OpenConnections == 0), TimeSpan.FromSeconds(1));
        (world.Relay.OpenConnections, world.Heard("QUIT")).ShouldBe((0, 1));

        await world.QueueNextAsync(readers: 1);
        await world.UntilAsync(() => Task.FromResult(world.Relay.Store.All.Count == 3));
        world.Relay.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task Every_reader_gets_one_mail_and_the_issue_is_sent()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 60, connections: 4);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(60);
        (await world.Ledger.IssueAsync()).CompletedAt.ShouldNotBeNull();
        (await world.Ledger.RowAsync()).Reply.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task E17_each_mail_is_a_transaction_of_its_own_over_kept_connections()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 10, connections: 2);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 10);

        world.Heard("RCPT TO").ShouldBe(10);
        world.Heard("MAIL FROM").ShouldBe(10);
        world.Relay.Connections.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_mail_carries_its_own_readers_links_and_the_instant_of_queueing()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(20));
        var reader = world.Ledger.Readers[0];

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        var mail = world.MessageTo(reader.Address);
        mail.Date.ShouldBe(LedgerWorld.Monday);
        mail.MessageId.ShouldBe(world.Ledger.Get<MessageIds>().Of(world.Ledger.KeyOf(reader), "signal@example.com"));
        var token = SendingWorld.UnsubscribeToken(mail);
        world.Ledger.Get<Tokens>().Read(TokenPurpose.Unsubscribe, token).ShouldBe(new TokenContent(reader.Id, reader.TokenVersion, null));
        foreach (var part in (string?[])[mail.TextBody, mail.HtmlBody])
        {
            // It names its issue, so that a click settles a doubt.
            part.ShouldNotBeNull().ShouldContain($"/u/{token}?i={world.Ledger.Issue.Id}");
            part.ShouldContain("/preferences/");
            part.ShouldNotContain("{{");
        }
    }

    [Fact]
    public async Task B17_Feedback_ID_is_equal_for_all_recipients()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 3);

        world.Relay.Store.All.Select(mail => SendingWorld.Parse(mail).Headers["Feedback-ID"]).Distinct()
            .ShouldBe(["20260302:signal:digest:examplenews"]);
    }

    [Fact]
    public async Task F1_E21_the_envelope_sender_names_the_delivery()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        foreach (var mail in world.Relay.Store.All)
        {
            var reader = world.Ledger.Readers.Single(r => r.Address == mail.Recipient);
            mail.ReturnPath.ShouldEndWith("@bounces.example.com");
            world.Ledger.Get<ReturnPaths>().Read(mail.ReturnPath).ShouldBe(world.Ledger.KeyOf(reader));
        }
    }

    [Fact]
    public async Task A7_A8_E20_a_retry_has_the_same_envelope_Message_ID_and_bytes()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 1);
        // Accepted by us and refused by the server after the whole message: both tries are captured.
        world.Relay.Script.On(SmtpStep.Dot).Reply("451 4.3.0 try later").Times(1);
        var envelopes = new List<string>();
        world.Relay.Script.On(SmtpStep.Mail, moment => { envelopes.Add(moment.Line); return false; });

        await world.StartWorkerAsync();
        await world.UntilStateAsync(DeliveryState.Deferred);
        world.Ledger.Time.Advance(TimeSpan.FromHours(1));
        await world.UntilStateAsync(DeliveryState.Accepted);

        envelopes.Count.ShouldBe(2);
        envelopes.Distinct().Count().ShouldBe(1);
        world.MessageTo("reader-1@example.com").MessageId
            .ShouldBe(world.Ledger.Get<MessageIds>().Of(world.Ledger.KeyOf(world.Ledger.Readers[0]), "signal@example.com"));
        world.MessageTo("reader-1@example.com").Date.ShouldBe(LedgerWorld.Monday);
        (await world.Ledger.RowAsync()).Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Two_workers_on_one_ledger_double_nothing()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 120, connections: 3, settings: ("Digest:Sending:BatchSize", "10"));

        await world.StartWorkerAsync();
        await world.StartWorkerAsync(world.Ledger.NewServices());
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent, step: TimeSpan.FromMilliseconds(5));

        world.Recipients.Count.ShouldBe(120);
        world.Recipients.Distinct().Count().ShouldBe(120);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(120);
    }

    [Fact]
    public async Task A_worker_that_listens_needs_no_poll()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 0);
        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);
        await world.UntilAsync(async () => await world.Ledger.Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and query = 'listen digest_due'") == 1);
        await world.Ledger.Database.SubscribersAsync(world.Ledger.Newsletter.Id, 1);
        var next = await world.Ledger.Database.IssueAsync(world.Ledger.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday);

        await world.Ledger.Get<QueueIssue>().RunAsync(next.Id, Stop);

        // The clock stands still.
        (await world.Relay.Store.WaitForCountAsync(1, Stop))[0].Recipient.ShouldBe("reader-1@example.com");
    }

    [Fact]
    public async Task A_lapsed_workers_claims_are_sent_by_another_and_its_open_message_is_in_doubt_until_its_reply_comes()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        var reply = new TaskCompletionSource();
        world.Relay.Script.On(SmtpStep.Dot).WaitFor(reply.Task).Times(1);
        await world.StartWorkerAsync(world.Ledger.NewServices(
            ("Digest:Sending:HeartbeatSeconds", "3600"), ("Digest:Sending:LapseSeconds", "86400")));
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 1));

        world.Ledger.Time.Advance(TimeSpan.FromSeconds(61));
        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(1);

        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 3);
        world.Relay.Dots.ShouldBe(3);
        world.Recipients.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Content_changed_behind_our_back_is_not_sent()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        await world.Ledger.Database.ExecuteAsync("update digest.issue_contents set text = 'something else'");

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Paused);

        world.Heard("MAIL FROM").ShouldBe(0);
        (await world.Ledger.IssueAsync()).StateReason!.ShouldContain("not what was approved");
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RunPause.Alert));
    }

    [Fact]
    public async Task E16_an_address_that_cannot_be_written_is_rejected_and_the_rest_goes_out()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        await world.Ledger.Database.ExecuteAsync("update digest.subscribers set address = 'læser@example.com' where id = $1", world.Ledger.Readers[0].Id);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.Ledger.StateAsync(0)).ShouldBe(DeliveryState.Rejected);
        (await world.Ledger.StateAsync(1)).ShouldBe(DeliveryState.Accepted);
    }
}
