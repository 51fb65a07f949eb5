using Digest.Cli;
using Digest.Data;
using Digest.Deliveries;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Digest.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>A worker, a web host and a verb on a machine whose clock is an hour off. The clocks of these tests are real ones.</summary>
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
        await world.Ledger.Database.ExecuteAsync("insert into digest.sending_workers (id, host, started_at, heartbeat_at) values ($1, 'peer', $2, $3)", peer, now, now.AddMinutes(20));
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

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_verb_that_queues_makes_mail_due_by_the_databases_clock(int hours)
    {
        await using var database = await TestDatabase.CreateAsync();
        var issue = await ApprovedIssueAsync(database);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(TestSettings.Values(database.ConnectionString)).Build();
        await using var services = await CliConfiguration.ServicesAsync(
            configuration, Stop, rooms => rooms.AddSingleton<TimeProvider>(new ShiftedTime(hours)));

        await services.GetRequiredService<QueueIssue>().RunAsync(issue, byHand: true, Stop);

        await ShouldBeDueNowAsync(database);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_web_host_that_queues_makes_mail_due_by_the_databases_clock(int hours)
    {
        await using var database = await TestDatabase.CreateAsync(withHangfire: true);
        var issue = await ApprovedIssueAsync(database);
        await using var site = await TestApp.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(new ShiftedTime(hours));
                builder.AddDigestWeb();
                builder.Services.AddDatabaseTime();
            },
            app => app.MapDigestWeb(),
            TestSettings.Values(database.ConnectionString));

        await site.Services.GetRequiredService<QueueIssue>().RunAsync(issue, byHand: true, Stop);

        await ShouldBeDueNowAsync(database);
    }

    [Fact]
    public async Task A_host_takes_note_when_its_machines_clock_jumps()
    {
        await using var database = await TestDatabase.CreateAsync();
        var machine = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1));
        await using var services = TestServices.Build(database, machine, configure: rooms => rooms.AddDatabaseTime());
        var keeper = services.GetServices<IHostedService>().OfType<BackgroundService>().Single();
        await keeper.StartAsync(Stop);
        var clock = services.GetRequiredService<TimeProvider>();
        clock.GetUtcNow().ShouldBe(TimeProvider.System.GetUtcNow(), tolerance: TimeSpan.FromMinutes(1));

        machine.Advance(TimeSpan.FromHours(1));
        while ((clock.GetUtcNow() - TimeProvider.System.GetUtcNow()).Duration() > TimeSpan.FromMinutes(10))
        {
            Stop.ThrowIfCancellationRequested();
            machine.Advance(TimeSpan.FromSeconds(1));
            // The look at the clock is not outrun.
            await database.ScalarAsync<int>("select 1");
        }

        await keeper.StopAsync(Stop);
    }

    [Fact]
    public async Task A_look_at_the_clock_that_fails_for_whatever_reason_stops_no_host_and_is_made_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        var machine = new CountedTime();
        await using var services = TestServices.Build(database, machine, configure: rooms => rooms.AddDatabaseTime());
        var keeper = services.GetServices<IHostedService>().OfType<BackgroundService>().Single();
        await keeper.StartAsync(Stop);
        // From now on it throws what no database does.
        await services.GetRequiredService<NpgsqlDataSource>().DisposeAsync();

        // Each wait between two looks is a timer.
        while (machine.Timers < 3 && !keeper.ExecuteTask!.IsCompleted)
        {
            Stop.ThrowIfCancellationRequested();
            machine.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        keeper.ExecuteTask!.IsCompleted.ShouldBeFalse();
        await keeper.StopAsync(Stop);
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

    private static async Task<long> ApprovedIssueAsync(TestDatabase database)
    {
        var newsletter = await database.NewsletterAsync();
        await database.SubscribersAsync(newsletter.Id, 2);
        return (await database.IssueAsync(newsletter.Id, LedgerWorld.Week, LedgerWorld.Monday)).Id;
    }

    private static async Task ShouldBeDueNowAsync(TestDatabase database)
    {
        var off = await database.ScalarAsync<double>("select max(abs(extract(epoch from clock_timestamp() - due_at)))::float8 from digest.deliveries");
        off.ShouldBeLessThan(60);
        (await database.ScalarAsync<bool>("select queued_at between now() - interval '1 minute' and now() from digest.issues")).ShouldBeTrue();
    }

    private static Task<long> AlertsAsync(TestDatabase database, bool open) =>
        database.ScalarAsync<long>($"select count(*) from digest.alerts where cleared_at is {(open ? "" : "not")} null");

    private static Task SetAsync(SendingWorld world, int reader, DateTimeOffset due, DateTimeOffset expires) => world.Ledger.Database.ExecuteAsync(
        "update digest.deliveries set due_at = $2, expires_at = $3 where subscriber_id = $1", world.Ledger.Readers[reader].Id, due, expires);

    private sealed class CountedTime : FakeTimeProvider
    {
        private int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
