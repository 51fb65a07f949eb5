using System.Collections.Concurrent;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>One worker and two relays: who gets what, and who takes over.</summary>
public sealed class SeveralRelaysTests : IAsyncLifetime
{
    /// <summary>In steps so small that a slow start of a conversation is not taken for a relay that stands still.</summary>
    private static readonly TimeSpan Small = TimeSpan.FromMilliseconds(5);

    private MailboxServer second = null!;

    public async ValueTask InitializeAsync() => second = await MailboxServer.StartAsync(new MailboxOptions());

    public async ValueTask DisposeAsync() => await second.DisposeAsync();

    [Fact]
    public async Task A_relay_of_a_higher_number_stands_by()
    {
        await using var world = await QueuedAsync(readers: 30, ("Priority", "2"));

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) == 30, Small);

        world.Recipients.Count.ShouldBe(30);
        second.Connections.ShouldBe(0);
        (await world.Ledger.RowAsync()).Relay.ShouldBe("main");
    }

    [Fact]
    public async Task E19_it_takes_over_what_an_unreachable_relay_cannot_take_and_gives_the_turn_back_when_that_answers()
    {
        await using var world = await QueuedAsync(readers: 40, ("Priority", "2"));
        world.Relay.Script.On(SmtpStep.Connect).Reply("421 4.3.2 too busy").Close();

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 40);
        second.Store.All.Select(mail => mail.Recipient).Distinct().Count().ShouldBe(40);
        world.Recipients.ShouldBeEmpty();
        (await world.Ledger.RowAsync()).Relay.ShouldBe("second");
        (await world.Ledger.OpenAlertsAsync()).ShouldContain(RelayWatch.Unreachable);

        world.Relay.Script.Clear();
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(6));
        await world.QueueNextAsync(readers: 5);
        await world.UntilAsync(async () => await AcceptedAsync(world) == 85);
        world.Recipients.ShouldNotBeEmpty();
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Count == 0);
    }

    [Fact]
    public async Task Each_relay_has_its_own_alert()
    {
        await using var world = await QueuedAsync(readers: 3, ("Priority", "1"));
        second.Script.On(SmtpStep.Connect).Reply("421 4.3.2 too busy").Close();
        world.Relay.Script.On(SmtpStep.Connect).Reply("421 4.3.2 too busy").Close();

        await world.StartWorkerAsync();

        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Order().SequenceEqual(
            [RelayWatch.Unreachable, $"{RelayWatch.Unreachable}:second"]));
    }

    [Fact]
    public async Task Among_equals_each_gets_its_share_by_weight()
    {
        await using var world = await QueuedAsync(readers: 400, ("Weight", "3"), ("Connections", "4"));

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent, Small);

        // 300 and 100, give or take one batch of 10 and what a batch leaves half done.
        second.Store.All.Count.ShouldBeInRange(280, 320);
        world.Recipients.Concat(second.Store.All.Select(mail => mail.Recipient)).Distinct().Count().ShouldBe(400);
    }

    [Fact]
    public async Task A_relay_that_hangs_does_not_hold_up_its_equal()
    {
        await using var world = await QueuedAsync(readers: 60, ("Weight", "1"));
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        second.Script.On(SmtpStep.Recipient).WaitFor(reply.Task);

        await world.StartWorkerAsync();
        // What it keeps is what its four lanes hold.
        await world.UntilCountAsync(DeliveryState.Accepted, 56);
        second.Dots.ShouldBe(0);

        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 60);
        second.Dots.ShouldBe(4);
    }

    [Fact]
    public async Task E6_a_relay_that_stands_by_takes_what_a_silent_one_has_not_begun_and_nothing_else()
    {
        await using var world = await QueuedAsync(readers: 30, ("Priority", "2"));
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(SmtpStep.Dot).WaitFor(reply.Task);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 26);
        second.Store.All.Count.ShouldBe(26);

        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 30);
        world.Relay.Dots.ShouldBe(4);
        world.Recipients.Concat(second.Store.All.Select(mail => mail.Recipient)).Distinct().Count().ShouldBe(30);
        await world.QueueNextAsync(readers: 1);
        await world.UntilAsync(async () => await AcceptedAsync(world) == 61, Small);
        second.Store.All.Count.ShouldBe(26, "the better one answers again");
    }

    [Fact]
    public async Task A_relay_that_may_take_few_messages_does_not_hold_up_its_equal()
    {
        await using var world = await QueuedAsync(readers: 40, ("MessagesPerMinute", "1"));

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 40);

        world.Recipients.Count.ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task E20_a_deferred_message_goes_back_to_the_relay_that_deferred_it()
    {
        // So many lanes that no message is announced, which may be asked for twice.
        await using var world = await QueuedAsync(readers: 40, connections: 20, [], ("Weight", "1"), ("Connections", "20"));
        foreach (var relay in (MailboxServer[])[world.Relay, second])
        {
            // Its sessions ask at once, each on a thread of its own.
            var known = new ConcurrentDictionary<string, bool>();
            // As a greylisting server does: it refuses whom it sees for the first time.
            relay.Script.On(SmtpStep.Recipient, moment => known.TryAdd(moment.Recipient!, true)).Reply("450 4.2.0 greylisted");
        }

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Deferred, 40, Small);
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilCountAsync(DeliveryState.Accepted, 40, Small);

        Tries(world.Relay).Concat(Tries(second)).ShouldAllBe(tries => tries == 2);
        second.Store.All.Count.ShouldBeGreaterThan(0);
        world.Recipients.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task E20_what_a_relay_deferred_does_not_wait_for_its_equal_to_come_up_to_its_share()
    {
        // Far more of its own than the ten by which one may be ahead, and nothing is left for the other.
        await using var world = await QueuedAsync(readers: 80, ("Weight", "1"));
        var known = new ConcurrentDictionary<string, bool>();
        second.Script.On(SmtpStep.Recipient, moment => known.TryAdd(moment.Recipient!, true)).Reply("450 4.2.0 greylisted");
        await world.StartWorkerAsync();
        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) + await world.CountAsync(DeliveryState.Deferred) == 80, Small);
        var deferred = await world.CountAsync(DeliveryState.Deferred);

        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilCountAsync(DeliveryState.Accepted, 80, Small);

        deferred.ShouldBeGreaterThan(20);
        second.Store.All.Count.ShouldBe(deferred);
    }

    [Fact]
    public async Task A_relay_whose_connections_are_all_another_worker_s_holds_no_equal_to_its_share()
    {
        await using var world = await QueuedAsync(readers: 60, connections: 4, [("Digest:Smtp:ConnectionsInAll", "1")], ("Weight", "1"));
        // The older of two has the one that there is.
        var older = await world.Ledger.RegisterWorkerAsync(TestContext.Current.CancellationToken);
        await world.Ledger.Database.ExecuteAsync("update digest.sending_workers set heartbeat_at = heartbeat_at + interval '1 day' where id = $1", older);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 60);

        second.Store.All.Select(mail => mail.Recipient).Distinct().Count().ShouldBe(60);
        world.Relay.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task E20_what_a_standby_relay_deferred_is_its_own_although_the_better_one_is_back()
    {
        await using var world = await QueuedAsync(readers: 4, ("Priority", "2"));
        world.Relay.Script.On(SmtpStep.Connect).Reply("421 4.3.2 too busy").Close();
        var deferrals = 0;
        second.Script.On(SmtpStep.Recipient, _ => Interlocked.Increment(ref deferrals) <= 4).Reply("450 4.2.0 greylisted");
        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Deferred, 4);

        world.Relay.Script.Clear();
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(6));
        await world.QueueNextAsync(readers: 1);
        await world.UntilAsync(async () => await AcceptedAsync(world) == 5);
        world.Recipients.ShouldNotBeEmpty();
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilCountAsync(DeliveryState.Accepted, 4);

        // By their Message-IDs: the second issue went to the same readers.
        var own = world.Ledger.Readers.Select(reader => world.Ledger.Get<MessageIds>().Of(world.Ledger.KeyOf(reader), "signal@example.com"));
        second.Store.All.Select(mail => SendingWorld.Parse(mail).MessageId).Intersect(own).Count().ShouldBe(4);
    }

    [Fact]
    public async Task What_a_relay_deferred_goes_elsewhere_while_that_relay_cannot_be_reached()
    {
        await using var world = await QueuedAsync(readers: 4, ("Priority", "2"));
        world.Relay.Script.On(SmtpStep.Recipient).Reply("450 4.2.0 greylisted");
        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Deferred, 4);

        await world.Relay.DisposeAsync();
        world.Ledger.Time.Advance(TimeSpan.FromMinutes(46));
        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) == 4, step: TimeSpan.FromSeconds(1));

        second.Store.All.Count.ShouldBe(4);
    }

    [Fact]
    public async Task E6_a_message_in_doubt_is_never_failed_over()
    {
        await using var world = await QueuedAsync(readers: 1, ("Priority", "2"));
        world.Relay.Script.On(SmtpStep.Dot).Close();

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.Ledger.StateAsync()).ShouldBe(DeliveryState.InDoubt);
        world.Relay.Dots.ShouldBe(1);
        second.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task E6_a_doubt_that_is_sent_again_waits_for_its_own_relay_however_long_that_is_away()
    {
        await using var world = await QueuedAsync(readers: 1, ("Priority", "2"));
        await world.Ledger.PolicyAsync(policy => policy with { WhenInDoubt = InDoubtDefault.SendAgain });
        world.Relay.Script.On(SmtpStep.Dot).Close().Times(1);
        var isAway = true;
        world.Relay.Script.On(SmtpStep.Connect, moment => moment.Connection > 1 && isAway).Reply("421 4.3.2 not now").Close();

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => await world.Ledger.StateAsync() == DeliveryState.Deferred);
        var later = world.Ledger.Time.GetUtcNow().AddHours(2);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() > later && world.Relay.Connections > 1), TimeSpan.FromSeconds(10));
        second.Connections.ShouldBe(0);

        isAway = false;
        await world.UntilStateAsync(DeliveryState.Accepted);
        (world.Relay.Dots, second.Connections).ShouldBe((2, 0));
    }

    [Fact]
    public async Task E6_a_doubt_that_the_operator_sends_again_goes_out_by_its_own_relay_although_that_stands_by()
    {
        await using var world = await QueuedAsync(readers: 1, ("Priority", "2"));
        await world.Ledger.Database.ExecuteAsync("update digest.deliveries set state = 'in_doubt', relay = 'second', begun_at = due_at, settled_at = due_at, again_at = due_at");
        await world.StartWorkerAsync();

        await world.Ledger.Get<IssueControls>().SettleDoubtAsync(
            world.Ledger.Issue.Id, world.Ledger.Readers[0].Id, sendAgain: true, "operator@example.com", TestContext.Current.CancellationToken);
        await world.UntilStateAsync(DeliveryState.Accepted);

        (second.Dots, world.Relay.Dots).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Each_relay_takes_turns_among_the_issues_for_itself()
    {
        await using var world = await QueuedAsync(readers: 0, ("Weight", "1"));
        var routes = world.Ledger.Get<Routes>().Open(new Wake(world.Ledger.Time));

        // Looks of the other between two of its own would leave a relay that gets one message at a time with one of two issues.
        int[] own = [routes[0].NextIssue(), routes[0].NextIssue()];
        routes[1].NextIssue();

        routes[0].NextIssue().ShouldBe(own[1] + (own[1] - own[0]));
    }

    [Fact]
    public async Task A_relay_that_we_cannot_log_in_to_is_passed_over_and_the_run_goes_on()
    {
        // It offers no STARTTLS, and so gets nothing (C11).
        await using var world = await QueuedAsync(readers: 8, connections: 4, [("Digest:Smtp:Security", "StartTls")], ("Priority", "2"));

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 8, Small);

        second.Store.All.Count.ShouldBe(8);
        (await world.Ledger.IssueAsync()).State.ShouldNotBe(IssueState.Paused);
        (await world.Ledger.OpenAlertsAsync()).ShouldBe([RelayWatch.Unreachable]);
    }

    private Task<SendingWorld> QueuedAsync(int readers, params (string Name, string Value)[] own) => QueuedAsync(readers, connections: 4, [], own);

    private Task<SendingWorld> QueuedAsync(
        int readers, int connections, (string Name, string Value)[] others, params (string Name, string Value)[] own) =>
        SendingWorld.QueuedAsync(readers, connections, settings: [
            ("Digest:Sending:BatchSize", "10"),
            ("Digest:Relays:second:Host", "127.0.0.1"),
            ("Digest:Relays:second:Port", $"{second.Port}"),
            ("Digest:Relays:second:Security", "None"),
            ("Digest:Relays:second:LocalDomain", "digest.example.com"),
            .. others,
            .. own.Select(pair => ($"Digest:Relays:second:{pair.Name}", pair.Value))]);

    /// <summary>How often each recipient was named to a server.</summary>
    private static IEnumerable<int> Tries(MailboxServer server) => server.Transcript
        .Where(line => line.Contains("RCPT TO", StringComparison.OrdinalIgnoreCase))
        .GroupBy(line => line[line.IndexOf('<', StringComparison.Ordinal)..])
        .Select(lines => lines.Count());

    private static Task<long> AcceptedAsync(SendingWorld world) =>
        world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries where state = 'accepted'");
}
