using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Faults;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Limits that all workers share. Time passes for them when the test says so: their rows are moved back.</summary>
public sealed class SendBudgetsTests
{
    /// <summary>A day's share does not come back.</summary>
    private static readonly Budget Day = new("relay:main:2026-03-02", Capacity: 100, PerSecond: 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_workers_at_once_take_no_more_than_there_is()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var workers = Enumerable.Range(0, 3).Select(_ => new SendBudgets(world.Database.DataSource)).ToList();

        var taken = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => workers[i % 3].TakeAsync([Day], 7, Stop)));

        taken.Sum(allowance => allowance.Count).ShouldBe(100);
        taken.ShouldAllBe(allowance => allowance.Count <= 7);
    }

    [Fact]
    public async Task What_is_given_back_can_be_taken_again_and_a_restart_adds_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync();
        (await new SendBudgets(world.Database.DataSource).TakeAsync([Day], 60, Stop)).Count.ShouldBe(60);
        await new SendBudgets(world.Database.DataSource).ReturnAsync(new Dictionary<string, int> { [Day.Key] = 10 }, Stop);

        (await new SendBudgets(world.Database.DataSource).TakeAsync([Day], 1000, Stop)).Count.ShouldBe(50);
        (await new SendBudgets(world.Database.DataSource).TakeAsync([Day], 1000, Stop)).Count.ShouldBe(0);
    }

    [Fact]
    public async Task D4_it_fills_with_time_and_never_with_more_than_a_second_holds()
    {
        await using var world = await LedgerWorld.CreateAsync();
        // Ten an hour, so that this test's own duration adds none.
        var budget = Budget.PerMinute("domain:example.com", 1) with { PerSecond = 10 / 3600.0, Capacity = 5 };
        var budgets = new SendBudgets(world.Database.DataSource);
        (await budgets.TakeAsync([budget], 100, Stop)).Count.ShouldBe(5);
        (await budgets.TakeAsync([budget], 100, Stop)).Count.ShouldBe(0);

        await world.PassForLimitsAsync(TimeSpan.FromMinutes(13));
        (await budgets.TakeAsync([budget], 100, Stop)).Count.ShouldBe(2);

        await world.PassForLimitsAsync(TimeSpan.FromHours(10));
        (await budgets.TakeAsync([budget], 100, Stop)).Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(6000, 100)]
    [InlineData(60, 1)]
    [InlineData(6, 1)]
    public void D4_a_minutes_messages_are_spread_over_its_seconds(int perMinute, double atOnce) =>
        Budget.PerMinute("relay:main", perMinute).Capacity.ShouldBe(atOnce);

    [Fact]
    public async Task The_scarcest_of_several_decides_and_all_are_charged()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var scarce = Day with { Key = "relay:main", Capacity = 3 };
        var budgets = new SendBudgets(world.Database.DataSource);

        (await budgets.TakeAsync([Day, scarce], 10, Stop)).ShouldBe(new Allowance(3, scarce));

        (await budgets.TakeAsync([Day], 1000, Stop)).Count.ShouldBe(97);
    }

    [Fact]
    public async Task A_worker_with_a_wrong_clock_takes_no_more_than_others()
    {
        await using var world = await LedgerWorld.CreateAsync();
        world.Time.Advance(TimeSpan.FromDays(300));
        var budget = Budget.PerMinute("relay:main", 1);

        (await world.Get<SendBudgets>().TakeAsync([budget], 10, Stop)).Count.ShouldBe(1);
        world.Time.Advance(TimeSpan.FromHours(1));
        (await world.Get<SendBudgets>().TakeAsync([budget], 10, Stop)).Count.ShouldBe(0);
    }

    [Fact]
    public async Task D4_a_relay_gets_its_messages_a_minute_and_no_more()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3, connections: 2, settings: ("Digest:Smtp:MessagesPerMinute", "1"));

        await world.StartWorkerAsync();
        await world.StartWorkerAsync(world.Ledger.NewServices());
        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        await world.BeatsAsync();
        world.Relay.Dots.ShouldBe(1);

        await world.Ledger.PassForLimitsAsync(TimeSpan.FromMinutes(1));
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        await world.Ledger.PassForLimitsAsync(TimeSpan.FromMinutes(10));
        await world.UntilCountAsync(DeliveryState.Accepted, 3);
    }

    [Theory]
    [InlineData("Digest:Smtp:MessagesPerMinute", null)]
    [InlineData(null, 60)]
    public async Task D4_while_a_relay_hangs_no_burst_gathers(string? relay, int? issue)
    {
        await using var world = await SendingWorld.QueuedAsync(
            readers: 40, connections: 2, settings: relay is null ? [] : [(relay, "60")]);
        await world.Ledger.Database.ExecuteAsync("update digest.issues set per_minute = $1", (object?)issue ?? DBNull.Value);
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(SmtpStep.Recipient).WaitFor(reply.Task);
        await world.StartWorkerAsync();

        for (var second = 0; second < 10; second++)
        {
            await world.Ledger.PassForLimitsAsync(TimeSpan.FromSeconds(1));
            await world.BeatsAsync();
        }

        // One in the hands of each lane, and what may wait.
        (await world.CountAsync(DeliveryState.Claimed)).ShouldBe(4);

        reply.SetResult();
        await world.UntilAsync(async () =>
        {
            await world.Ledger.PassForLimitsAsync(TimeSpan.FromSeconds(1));
            return await world.CountAsync(DeliveryState.Accepted) == 40;
        });
    }

    [Fact]
    public async Task D4_a_warm_up_sends_the_days_share_and_the_rest_on_the_next_days()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 7, connections: 2, settings: WarmUp("Smtp"));

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        await world.BeatsAsync();
        world.Relay.Dots.ShouldBe(2);

        world.Ledger.Time.Advance(LedgerWorld.Monday.AddHours(18) - world.Ledger.Time.GetUtcNow());
        await world.UntilCountAsync(DeliveryState.Accepted, 6);
        await world.BeatsAsync();
        world.Relay.Dots.ShouldBe(6);
    }

    [Fact]
    public async Task A_relay_that_stands_by_takes_what_the_days_share_leaves()
    {
        await using var second = await MailboxServer.StartAsync(new MailboxOptions());
        await using var world = await SendingWorld.QueuedAsync(readers: 7, connections: 2, settings:
        [
            .. WarmUp("Smtp"),
            ("Digest:Relays:second:Host", "127.0.0.1"), ("Digest:Relays:second:Port", $"{second.Port}"), ("Digest:Relays:second:Security", "None"),
            ("Digest:Relays:second:LocalDomain", "digest.example.com"), ("Digest:Relays:second:Priority", "2"),
        ]);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 7);

        world.Recipients.Count.ShouldBe(2);
        second.Store.All.Count.ShouldBe(5);
    }

    [Fact]
    public async Task What_nothing_is_claimed_for_is_not_used_up()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3, settings: WarmUp("Smtp", firstDay: 50));

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 3);
        await world.BeatsAsync();

        await world.UntilAsync(async () => await LeftAsync(world) == 47);
    }

    [Fact]
    public async Task What_a_door_that_is_closed_or_a_pause_gives_back_is_not_used_up_of_a_days_share()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6, settings: WarmUp("Smtp", firstDay: 50));
        world.Relay.Script.On(SmtpStep.Connect).Reply("421 4.3.2 too many connections").Close().Times(1);
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var gate = world.Relay.HoldReplies(times: 1);
        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(dot.IsCompleted));
        await world.UntilCountAsync(DeliveryState.Claimed, 6);
        await world.UntilAsync(async () => await LeftAsync(world) == 44);

        await world.Ledger.Get<IssueControls>().PauseAsync(world.Ledger.Issue.Id, "a wrong link", Stop);
        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Queued, 5);

        await world.UntilAsync(async () => await LeftAsync(world) == 49);
    }

    [Fact]
    public async Task What_a_stop_gives_back_is_not_used_up_of_a_days_share()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6, settings: WarmUp("Smtp", firstDay: 50));
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var gate = world.Relay.HoldReplies();
        var worker = await world.StartWorkerAsync();
        await world.ComesAsync(dot);

        var stopping = worker.StopAsync(CancellationToken.None);
        gate.SetResult();
        await world.ComesAsync(stopping);

        (await world.CountAsync(DeliveryState.Queued)).ShouldBe(5);
        (await LeftAsync(world)).ShouldBe(49);
    }

    [Fact]
    public async Task What_a_cancel_withdraws_is_not_used_up_of_a_days_share()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6, settings: WarmUp("Smtp", firstDay: 50));
        var gate = await HoldFirstOfAsync(world, claimed: 6);

        await world.Ledger.Get<IssueControls>().CancelAsync(world.Ledger.Issue.Id, "operator@example.com", Stop);
        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        await world.BeatsAsync();

        await world.UntilAsync(async () => await LeftAsync(world) == 49);
    }

    [Fact]
    public async Task What_was_taken_for_a_claim_that_failed_is_given_back_when_the_database_takes_it_again()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3, settings: WarmUp("Smtp", firstDay: 50));
        var database = world.Ledger.Database;
        await database.ExecuteAsync("create sequence digest.failures");
        await database.ExecuteAsync("""
            create function digest.fail() returns trigger language plpgsql as
            $$ begin perform nextval('digest.failures'); raise exception 'the database system is shutting down' using errcode = '57P03'; end $$
            """);
        await database.ExecuteAsync($"""
            create trigger fail before update on digest.deliveries_{world.Ledger.Issue.Id}
            for each row when (new.state = 'claimed') execute function digest.fail()
            """);
        await database.ExecuteAsync("""
            create trigger fail before update on digest.send_budgets
            for each row when (new.tokens > old.tokens) execute function digest.fail()
            """);
        await world.StartWorkerAsync();
        // The claim, and what gives its messages back.
        await world.UntilAsync(async () => await database.ScalarAsync<long>("select last_value from digest.failures") >= 2);
        (await LeftAsync(world)).ShouldBe(0);

        await database.ExecuteAsync("drop function digest.fail() cascade");

        await world.UntilCountAsync(DeliveryState.Accepted, 3);
        await world.UntilAsync(async () => await LeftAsync(world) == 47);
    }

    [Fact]
    public async Task Without_a_limit_no_budget_is_asked()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 3);

        (await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.send_budgets")).ShouldBe(0);
    }

    /// <summary>A worker claims all, and the relay holds its reply to the first.</summary>
    /// <returns>Lets the reply go.</returns>
    private static async Task<TaskCompletionSource> HoldFirstOfAsync(SendingWorld world, int claimed)
    {
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var gate = world.Relay.HoldReplies(times: 1);
        await world.StartWorkerAsync();
        await world.ComesAsync(dot);
        await world.UntilCountAsync(DeliveryState.Claimed, claimed);
        return gate;
    }

    /// <summary>Of the one budget that there is.</summary>
    private static Task<double> LeftAsync(SendingWorld world) =>
        world.Ledger.Database.ScalarAsync<double>("select tokens from digest.send_budgets");

    private static (string Name, string Value)[] WarmUp(string relay, int firstDay = 2) =>
    [
        ($"Digest:{relay}:WarmUp:From", "2026-03-02"), ($"Digest:{relay}:WarmUp:FirstDay", $"{firstDay}"), ($"Digest:{relay}:WarmUp:Until", "1000"),
    ];
}
