using Digest.Cli.Drill;
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
/// The worker program is killed (SIGKILL) or told to stop (SIGTERM) while the relay holds it at one point. Its successor runs
/// in the test, a lapse later.
/// </summary>
[Trait("Category", "Slow")]
public sealed class KilledWorkerTests : IDisposable
{
    private const int Lanes = 5;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("digest-worker-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmtpStep.Data, InDoubtDefault.Leave)]
    [InlineData(SmtpStep.Dot, InDoubtDefault.Leave)]
    [InlineData(SmtpStep.Dot, InDoubtDefault.SendAgain)]
    public async Task E6_I5_a_kill_leaves_one_message_in_doubt_for_each_connection_and_policy_decides_about_it(
        SmtpStep step, InDoubtDefault whenInDoubt)
    {
        const int readers = 20;
        await using var world = await QueuedAsync(readers, Lanes, whenInDoubt);
        var held = world.Relay.Nth(step, Lanes);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(step).WaitFor(gate.Task);
        await using var worker = StartWorker(world, Lanes);
        await world.ComesAsync(held);
        await world.UntilAsync(async () => await BegunAsync(world) == Lanes);

        worker.Kill();
        await worker.WaitForExitAsync(Stop);
        gate.SetResult();
        // The relay kept what had its dot; nobody was left to hear it.
        var received = step == SmtpStep.Dot ? Lanes : 0;
        await world.Relay.Store.WaitForCountAsync(received, Stop);
        var again = whenInDoubt == InDoubtDefault.SendAgain;
        await SucceedAsync(world, again ? TimeSpan.FromSeconds(1) : null);

        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(again ? 0 : Lanes);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(again ? readers : readers - Lanes);
        world.Recipients.Count.ShouldBe(received + (again ? readers : readers - Lanes));
        world.Relay.Store.All.Select(mail => SendingWorld.Parse(mail).MessageId).Distinct().Count()
            .ShouldBe(received > 0 ? readers : readers - Lanes, "a second copy has the Message-ID of the first");
    }

    [Fact]
    public async Task E6_I5_a_kill_between_the_250_and_its_commit_is_a_doubt_and_the_next_message_which_had_no_dot_goes_out()
    {
        await using var world = await QueuedAsync(readers: 3, lanes: 1);
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var data = world.Relay.Nth(SmtpStep.Data, 2);
        var gate = world.Relay.HoldReplies(times: 1);
        await using var worker = StartWorker(world, lanes: 1);
        await world.ComesAsync(dot);

        await using (await LockedRow.BegunAsync(world.Ledger.Database))
        {
            gate.SetResult();
            await world.ComesAsync(data);
            await world.UntilAsync(() => LockedRow.IsWaitedForAsync(world.Ledger.Database));
            worker.Kill();
            await worker.WaitForExitAsync(Stop);
            await EndWaitingSessionAsync(world);
        }

        await SucceedAsync(world);

        (await world.Ledger.StateAsync(0)).ShouldBe(DeliveryState.InDoubt);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(2);
        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        world.Relay.Dots.ShouldBe(3);
    }

    [Fact]
    public async Task E8_SIGTERM_waits_for_open_replies_gives_back_the_rest_and_exits_with_0()
    {
        const int readers = 3000;
        await using var world = await QueuedAsync(readers, Lanes);
        var dots = world.Relay.Nth(SmtpStep.Dot, Lanes);
        var gate = world.Relay.HoldReplies();
        await using var worker = StartWorker(world, Lanes);
        await world.ComesAsync(dots);
        await world.UntilAsync(async () => await SchedulersAsync(world) > 0);

        await TerminateAsync(worker);
        // Its scheduler is the first to go; after that it can only wait for the lanes.
        await world.UntilAsync(async () => await SchedulersAsync(world) == 0);
        worker.HasExited.ShouldBeFalse();
        gate.SetResult();
        var code = await worker.WaitForExitAsync(Stop);

        code.ShouldBe(0, worker.LastWords);
        var accepted = await world.CountAsync(DeliveryState.Accepted);
        accepted.ShouldBeGreaterThanOrEqualTo(Lanes);
        world.Recipients.Count.ShouldBe(accepted);
        world.Relay.Dots.ShouldBe(accepted);
        (await world.CountAsync(DeliveryState.Queued)).ShouldBe(readers - accepted);
        (readers - accepted).ShouldBeGreaterThan(0);
        (await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.sending_workers where stopped_at is not null")).ShouldBe(1);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>At the machine's own time: the worker program knows no other.</summary>
    private static async Task<SendingWorld> QueuedAsync(int readers, int lanes, InDoubtDefault whenInDoubt = InDoubtDefault.Leave)
    {
        var world = await SendingWorld.ApprovedAsync(
            await TestDatabase.CreateAsync(withHangfire: true), TimeProvider.System.GetUtcNow(), readers, lanes, whenInDoubt);
        await world.Ledger.QueueAsync(Stop);
        return world;
    }

    private WorkerProcess StartWorker(SendingWorld world, int lanes) => WorkerProcess.Start(
        [.. TestSettings.Values(world.Ledger.Database.ConnectionString, world.Relay.Port), new("Digest:Smtp:Connections", $"{lanes}")],
        folder.FullName);

    /// <summary>When the dead worker's heartbeat has lapsed another takes over.</summary>
    /// <param name="world">Whose issue.</param>
    /// <param name="step">Longer where something is tried again.</param>
    private static async Task SucceedAsync(SendingWorld world, TimeSpan? step = null)
    {
        var lapsed = TimeProvider.System.GetUtcNow().AddSeconds(2 * new SendingSettings().LapseSeconds);
        if (lapsed > world.Ledger.Time.GetUtcNow())
        {
            world.Ledger.Time.SetUtcNow(lapsed);
        }

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent, step);
    }

    private static Task<long> BegunAsync(SendingWorld world) =>
        world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries where begun_at is not null and state = 'claimed'");

    private static Task<long> SchedulersAsync(SendingWorld world) =>
        world.Ledger.Database.ScalarAsync<long>("select count(*) from hangfire.server");

    /// <summary>As after a power cut: otherwise PostgreSQL would still commit what it was sent.</summary>
    private static Task EndWaitingSessionAsync(SendingWorld world)
    {
        const string waiting = "from pg_stat_activity where datname = current_database() and application_name = 'digest' and wait_event_type = 'Lock'";
        return world.UntilAsync(async () =>
        {
            await world.Ledger.Database.ExecuteAsync($"select pg_terminate_backend(pid) {waiting}");
            return await world.Ledger.Database.ScalarAsync<long>($"select count(*) {waiting}") == 0;
        });
    }

    private static async Task TerminateAsync(WorkerProcess worker)
    {
        using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -TERM {worker.Id}"]);
        await kill.WaitForExitAsync(Stop);
        kill.ExitCode.ShouldBe(0);
    }
}
