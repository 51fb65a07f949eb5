using Digest.Deliveries;
using Digest.Smtp;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What a forecast says of rows that came back: for a relay that is away, for a domain that takes no more, and for neither.</summary>
public sealed class ForecastLimitsTests
{
    private const string Domain = "Digest:Sending:Domains:example.com";

    private static readonly SmtpOutcome Away = new(SmtpVerdict.NotSent, SmtpStage.Connect);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_an_absent_relay_gave_back_wait_for_another_try_and_for_nobodys_hour()
    {
        await using var world = await QueuedAsync(readers: 3);
        var worker = await world.RegisterWorkerAsync(Stop);
        world.Time.Advance(TimeSpan.FromSeconds(59));
        await GiveBackAsync(world, worker);

        var begun = await ReadAsync(world);
        await PassAsync(world, TimeSpan.FromMinutes(1));
        await GiveBackAsync(world, worker);
        var later = await ReadAsync(world);

        begun.Bottleneck.ShouldBe("How fast it goes is not known yet; 3 wait for another try.");
        later.Bottleneck.ShouldBe("The relays took nothing in the last minute; 3 wait for another try.");
        later.ShouldSatisfyAllConditions(
            forecast => forecast.Left.ShouldBe(3),
            forecast => forecast.AtTheEarliest.ShouldBeTrue(),
            forecast => forecast.FinishesAt!.Value.ShouldBeInRange(world.Time.GetUtcNow().AddSeconds(5), world.Time.GetUtcNow().AddSeconds(8)));
    }

    [Fact]
    public async Task A_real_wave_is_still_named_and_so_is_an_outage_before_it()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.ScheduleAsync(schedule => schedule with { ReadersHour = true });
        await world.Database.ExecuteAsync("update digest.subscribers set time_zone = 'America/New_York' where id = $1", world.Readers[2].Id);
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);

        var atFirst = await ReadAsync(world);
        await PassAsync(world, TimeSpan.FromMinutes(2));
        await GiveBackAsync(world, worker);
        var away = await ReadAsync(world);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'accepted' where due_at < $1", world.Time.GetUtcNow().AddHours(1));
        var wave = await ReadAsync(world);

        atFirst.Bottleneck.ShouldBe("It waits for its last readers' hour, Mon 13:00.");
        away.Bottleneck.ShouldBe("The relays took nothing in the last minute; 2 wait for another try.");
        wave.Bottleneck.ShouldBe("It waits for its last readers' hour, Mon 13:00.");
    }

    [Fact]
    public async Task A_domain_that_takes_one_a_minute_decides_before_and_after_its_rows_were_put_off()
    {
        await using var world = await QueuedAsync(readers: 61, ($"{Domain}:MessagesPerMinute", "1"));
        await world.Database.ExecuteAsync("update digest.subscribers set address = 'a@example.org', address_key = 'a@example.org' where id = $1", world.Readers[60].Id);
        var worker = await world.RegisterWorkerAsync(Stop);

        var before = await ReadAsync(world);
        await world.ClaimAsync(worker, Stop);
        var after = await ReadAsync(world);

        foreach (var forecast in (Forecast[])[before, after])
        {
            forecast.Left.ShouldBe(61);
            forecast.Bottleneck.ShouldBe("example.com takes 1 a minute; 60 are left for it.");
            forecast.FinishesAt.ShouldBe(world.Time.GetUtcNow().AddHours(1));
        }
    }

    [Fact]
    public async Task A_domain_that_holds_nobody_up_is_not_named()
    {
        await using var world = await QueuedAsync(readers: 3, ($"{Domain}:MessagesPerMinute", "60"), ("Digest:Sending:Domains:example.net:MessagesPerMinute", "1"));
        await world.Database.ExecuteAsync("update digest.subscribers set address = 'a@example.org', address_key = 'a@example.org' where id = $1", world.Readers[0].Id);
        await world.RegisterWorkerAsync(Stop);
        await PassAsync(world, TimeSpan.FromMinutes(2), perMinute: 10);

        (await ReadAsync(world)).Bottleneck.ShouldBe("The relays take 10 a minute.");
    }

    [Fact]
    public async Task A_relays_limit_is_a_forecast_in_the_first_second_and_that_of_one_without_is_not()
    {
        await using var world = await QueuedAsync(readers: 30, ("Digest:Smtp:MessagesPerMinute", "60"));
        await world.RegisterWorkerAsync(Stop);
        world.Time.Advance(TimeSpan.FromSeconds(1));

        var limited = await ReadAsync(world);
        var unlimited = await world.NewServices(
            ("Digest:Relays:second:Host", "127.0.0.1"), ("Digest:Relays:second:Security", "None"), ("Digest:Relays:second:LocalDomain", "digest.example.com"))
            .GetRequiredService<IssueForecast>().ReadAsync(world.Issue.Id, Stop);

        limited.ShouldBe(new Forecast(
            30, 0, 60, world.Time.GetUtcNow().AddSeconds(30), AtTheEarliest: true, FinishBy: null, "The relays' limit is 60 a minute."));
        unlimited!.Bottleneck.ShouldBe("How fast it goes is not known yet.");
    }

    private static async Task<LedgerWorld> QueuedAsync(int readers, params (string Name, string Value)[] settings)
    {
        var world = await LedgerWorld.CreateAsync(readers, settings: settings);
        await world.QueueAsync(Stop);
        return world;
    }

    private static async Task<Forecast> ReadAsync(LedgerWorld world) => (await world.Get<IssueForecast>().ReadAsync(world.Issue.Id, Stop)).ShouldNotBeNull();

    /// <summary>As a worker does whose connections are refused.</summary>
    private static async Task GiveBackAsync(LedgerWorld world, Guid worker)
    {
        foreach (var claim in await world.ClaimAsync(worker, Stop))
        {
            (await world.SettleAsync(claim, worker, new Try(BegunAt: null, Away))).ShouldBeTrue();
        }
    }

    private static Task PassAsync(LedgerWorld world, TimeSpan time, int perMinute = 0)
    {
        world.Time.Advance(time);
        return world.Database.ExecuteAsync("update digest.sending_workers set heartbeat_at = $1, per_minute = $2", world.Time.GetUtcNow(), perMinute);
    }
}
