using Digest.Data;
using Digest.Deliveries;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>A worker on a machine whose clock is an hour off. The clocks of these tests are real ones.</summary>
public sealed class WrongClockTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task It_goes_by_the_databases_clock(int hours)
    {
        await using var database = await TestDatabase.CreateAsync();
        var clock = new DatabaseTime(new ShiftedTime(hours), database.DataSource);

        (await clock.MeasureAsync(Stop)).ShouldBe(TimeSpan.FromHours(hours), tolerance: TimeSpan.FromMinutes(1));

        clock.GetUtcNow().ShouldBe(TimeProvider.System.GetUtcNow(), tolerance: TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task It_does_not_notice_when_its_machines_clock_is_set(int hours)
    {
        await using var database = await TestDatabase.CreateAsync();
        var machine = new ShiftedTime(hours: 0);
        var clock = new DatabaseTime(machine, database.DataSource);
        await clock.MeasureAsync(Stop);

        machine.Shift = TimeSpan.FromHours(hours);

        clock.GetUtcNow().ShouldBe(TimeProvider.System.GetUtcNow(), tolerance: TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task It_claims_nothing_early_takes_nobody_for_dead_and_expires_nothing(int hours)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 4);
        var now = TimeProvider.System.GetUtcNow();
        var peer = Guid.CreateVersion7();
        await world.Ledger.Database.ExecuteAsync("insert into digest.sending_workers (id, host, started_at, heartbeat_at) values ($1, 'peer', $2, $2)", peer, now);
        await SetAsync(world, reader: 0, due: now.AddSeconds(-10), expires: now.AddMinutes(30));
        await SetAsync(world, reader: 1, due: now.AddMinutes(30), expires: now.AddHours(2));
        await SetAsync(world, reader: 2, due: now.AddMinutes(-50), expires: now.AddMinutes(-30));
        await SetAsync(world, reader: 3, due: now.AddSeconds(-10), expires: now.AddMinutes(30));
        await world.Ledger.Database.ExecuteAsync(
            "update digest.deliveries set state = 'claimed', claimed_by = $2, claimed_at = $3, begun_at = $3 where subscriber_id = $1",
            world.Ledger.Readers[3].Id, peer, now);

        await using var services = new ShiftedTime(hours).Worker(world);
        await world.StartWorkerAsync(services);
        await world.UntilStateAsync(DeliveryState.Accepted, reader: 0);
        await ShiftedTime.BeatsAsync(world, except: peer);

        (await world.Ledger.StateAsync(1)).ShouldBe(DeliveryState.Queued);
        (await world.Ledger.StateAsync(2)).ShouldBe(DeliveryState.Expired);
        (await world.Ledger.StateAsync(3)).ShouldBe(DeliveryState.Claimed);
        (await world.Ledger.OpenAlertsAsync()).ShouldBe([$"{ClockWatch.Alert}:{Environment.MachineName}"]);
    }

    [Fact]
    public async Task The_operator_is_told_once_and_told_when_it_is_mended()
    {
        await using var database = await TestDatabase.CreateAsync();
        var machine = new ShiftedTime(hours: 0) { Shift = TimeSpan.FromSeconds(90) };
        await using var services = TestServices.Build(database, new(), smtpPort: 2525, configure: rooms =>
            rooms.AddSingleton<TimeProvider>(provider => new DatabaseTime(machine, provider.GetRequiredService<NpgsqlDataSource>())));
        var watch = services.GetRequiredService<ClockWatch>();

        await watch.LookAsync(Stop);
        await watch.LookAsync(Stop);
        (await AlertsAsync(database, open: true)).ShouldBe(1);
        (await database.ScalarAsync<string>("select message from digest.alerts"))!.ShouldContain("ahead of the database's");

        machine.Shift = TimeSpan.Zero;
        await watch.LookAsync(Stop);
        (await AlertsAsync(database, open: true)).ShouldBe(0);
        (await AlertsAsync(database, open: false)).ShouldBe(1);
    }

    private static Task<long> AlertsAsync(TestDatabase database, bool open) =>
        database.ScalarAsync<long>($"select count(*) from digest.alerts where cleared_at is {(open ? "" : "not")} null");

    private static Task SetAsync(SendingWorld world, int reader, DateTimeOffset due, DateTimeOffset expires) => world.Ledger.Database.ExecuteAsync(
        "update digest.deliveries set due_at = $2, expires_at = $3 where subscriber_id = $1", world.Ledger.Readers[reader].Id, due, expires);
}
