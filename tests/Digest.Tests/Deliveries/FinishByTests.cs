using Digest.Deliveries;
using Digest.Issues;
using Digest.Operators;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>The forecast as the ledger and the workers' rows give it, and the alert about a finish that will be late.</summary>
public sealed class FinishByTests
{
    private static readonly DateTimeOffset HalfPastNine = LedgerWorld.Monday.AddHours(2.5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_forecast_rests_on_what_is_left_and_on_what_the_workers_sent()
    {
        await using var world = await QueuedAsync(readers: 30);
        await WorkerAsync(world, perMinute: 10);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'accepted' where subscriber_id = $1", world.Readers[0].Id);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'deferred', due_at = $2 where subscriber_id = $1",
            world.Readers[1].Id, LedgerWorld.Monday.AddHours(1));
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'claimed', claimed_by = gen_random_uuid() where subscriber_id = $1", world.Readers[2].Id);

        var forecast = (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop)).ShouldNotBeNull();

        forecast.ShouldBe(new Forecast(
            28, 1, 10, world.Time.GetUtcNow().AddSeconds(168), AtTheEarliest: false, HalfPastNine, "The relays take 10 a minute."));
    }

    [Fact]
    public async Task D4_a_warm_up_holds_it_by_what_it_leaves_for_today_and_allows_on_the_next_days()
    {
        await using var world = await QueuedAsync(readers: 30, WarmUp("Smtp"));
        await WorkerAsync(world, perMinute: 10);
        await world.Database.ExecuteAsync("insert into digest.send_budgets (key, tokens, refilled_at) values ('relay:main:2026-03-02', 4, now())");

        var forecast = (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop)).ShouldNotBeNull();

        // Four today, twenty tomorrow, and six the day after that.
        forecast.FinishesAt.ShouldBe(new DateTimeOffset(2026, 3, 4, 0, 0, 36, TimeSpan.Zero));
        forecast.MakesIt.ShouldBe(false);
        forecast.Bottleneck.ShouldBe("The relays are being warmed up and take 4 more until Tue 01:00.");
    }

    [Fact]
    public async Task D4_a_warm_up_beside_a_relay_without_one_holds_nothing()
    {
        await using var world = await QueuedAsync(readers: 30,
        [
            .. WarmUp("Smtp"), ("Digest:Relays:second:Host", "127.0.0.1"), ("Digest:Relays:second:Security", "None"),
            ("Digest:Relays:second:LocalDomain", "digest.example.com"), ("Digest:Relays:second:Priority", "2"),
        ]);
        await WorkerAsync(world, perMinute: 10);

        (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop))!.Bottleneck.ShouldBe("The relays take 10 a minute.");
    }

    [Fact]
    public async Task A_worker_that_fell_silent_or_stopped_counts_for_nothing()
    {
        await using var world = await QueuedAsync(readers: 3);
        await WorkerAsync(world, perMinute: 10);
        await world.Database.ExecuteAsync("update digest.sending_workers set stopped_at = heartbeat_at");
        await WorkerAsync(world, perMinute: 10);
        await world.Database.ExecuteAsync("update digest.sending_workers set heartbeat_at = heartbeat_at - interval '2 minutes' where stopped_at is null");

        (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop))!.Bottleneck.ShouldBe("No worker is running.");
    }

    [Fact]
    public async Task A_worker_whose_heart_beats_seldom_runs_until_it_is_taken_for_dead()
    {
        await using var world = await QueuedAsync(readers: 3, ("Digest:Sending:HeartbeatSeconds", "100"), ("Digest:Sending:LapseSeconds", "300"));
        await WorkerAsync(world, perMinute: 10);

        world.Time.Advance(TimeSpan.FromSeconds(299));
        (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop))!.Bottleneck.ShouldBe("The relays take 10 a minute.");
        world.Time.Advance(TimeSpan.FromSeconds(2));
        (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop))!.Bottleneck.ShouldBe("No worker is running.");
    }

    [Fact]
    public async Task Where_readers_have_their_own_hour_they_have_their_own_finish_by()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.ScheduleAsync(schedule => schedule with { ReadersHour = true, FinishBy = new TimeOnly(9, 30) });
        await world.Database.ExecuteAsync("update digest.subscribers set time_zone = 'America/New_York' where id = $1", world.Readers[0].Id);

        await world.QueueAsync(Stop);

        (await world.IssueAsync()).FinishBy.ShouldBe(HalfPastNine.AddHours(6));
    }

    [Fact]
    public async Task An_issue_queued_after_its_finish_by_has_none()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.ScheduleAsync(schedule => schedule with { FinishBy = new TimeOnly(9, 30) });
        world.Time.SetUtcNow(HalfPastNine);

        await world.QueueAsync(Stop);

        (await world.IssueAsync()).FinishBy.ShouldBeNull();
    }

    [Fact]
    public async Task A_late_finish_is_told_once_and_taken_back_when_it_will_be_in_time()
    {
        await using var world = await QueuedAsync(readers: 300);
        var watch = world.Get<FinishWatch>();
        await WorkerAsync(world, perMinute: 1);

        await watch.RunAsync(Stop);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await BeatAsync(world, perMinute: 1);
        await watch.RunAsync(Stop);

        var alert = (await world.Get<AlertBook>().OpenAsync(Stop)).ShouldHaveSingleItem();
        alert.Kind.ShouldBe(FinishWatch.Late);
        alert.Message.ShouldEndWith("should be finished by Mon 09:30 and will be Mon 12:02 (Europe/Berlin). The relays take 1 a minute.");
        await BeatAsync(world, perMinute: 100);
        await watch.RunAsync(Stop);
        (await world.OpenAlertsAsync()).ShouldBe([FinishWatch.Late], "it looks once a minute");
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await BeatAsync(world, perMinute: 100);
        await watch.RunAsync(Stop);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pause_changes_nothing_about_the_alert_and_the_end_takes_it_back()
    {
        await using var world = await QueuedAsync(readers: 300);
        var watch = world.Get<FinishWatch>();
        await WorkerAsync(world, perMinute: 1);
        await watch.RunAsync(Stop);
        await world.Get<IssueControls>().PauseAsync(world.Issue.Id, "a wrong link", Stop);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await watch.RunAsync(Stop);
        (await world.OpenAlertsAsync()).ShouldBe([FinishWatch.Late]);

        await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await watch.RunAsync(Stop);

        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    /// <summary>Queued at seven, to be finished by half past nine; two minutes past seven now.</summary>
    private static async Task<LedgerWorld> QueuedAsync(int readers, params (string Name, string Value)[] settings)
    {
        var world = await LedgerWorld.CreateAsync(readers, settings: settings);
        await world.ScheduleAsync(schedule => schedule with { FinishBy = new TimeOnly(9, 30) });
        await world.QueueAsync(Stop);
        world.Time.Advance(TimeSpan.FromMinutes(2));
        return world;
    }

    private static (string Name, string Value)[] WarmUp(string relay) =>
    [
        ($"Digest:{relay}:WarmUp:From", "2026-03-02"), ($"Digest:{relay}:WarmUp:FirstDay", "10"), ($"Digest:{relay}:WarmUp:Until", "1000"),
    ];

    private static async Task WorkerAsync(LedgerWorld world, int perMinute)
    {
        await world.RegisterWorkerAsync(Stop);
        await world.Database.ExecuteAsync("update digest.sending_workers set started_at = $1", LedgerWorld.Monday);
        await BeatAsync(world, perMinute);
    }

    private static Task BeatAsync(LedgerWorld world, int perMinute) => world.Database.ExecuteAsync(
        "update digest.sending_workers set heartbeat_at = $1, per_minute = $2 where stopped_at is null", world.Time.GetUtcNow(), perMinute);
}
