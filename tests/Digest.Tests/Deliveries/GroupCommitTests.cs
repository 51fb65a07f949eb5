using Digest.Deliveries;
using Digest.Smtp;
using Digest.Tests.Faults;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What all lanes of a worker write, as the database sees it.</summary>
public sealed class GroupCommitTests
{
    private static readonly SmtpOutcome Accepted = new(SmtpVerdict.Accepted, SmtpStage.Reply, 250, "2.0.0", "queued as 4711");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_that_wait_together_are_one_commit_and_completion_ends_it_when_all_are_written()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 16);
        var (worker, claims) = await ClaimAsync(world);
        var commit = New(world, worker);
        var posted = claims.Select(claim => commit.Post(settling: null, new Beginning(claim, world.Time.GetUtcNow(), Relays.Main))).ToList();
        commit.Complete();

        await commit.RunAsync();

        posted.ShouldAllBe(step => step.Marked.IsCompletedSuccessfully && step.Marked.Result && !step.Settled.Result);
        (await world.Database.ScalarAsync<long>("select count(distinct xmin::text) from digest.deliveries where begun_at is not null")).ShouldBe(1);
        Should.Throw<InvalidOperationException>(() => commit.Post(settling: null, beginning: null));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull)]
    [InlineData(PostgresErrorCodes.LockNotAvailable)]
    public async Task While_one_writer_backs_off_over_a_row_the_other_writes_the_rest_however_little_it_is(string error)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        var (worker, claims) = await ClaimAsync(world);
        (await world.BeginAsync(0, worker)).ShouldNotBeNull();
        await RefuseSettlingAsync(world, reader: 0, error);
        var commit = New(world, worker);
        var writing = commit.RunAsync();
        var refused = commit.Post(Settled(world, claims, reader: 0), beginning: null);
        while (!await world.Database.ScalarAsync<bool>("select is_called from digest.failures"))
        {
            Stop.ThrowIfCancellationRequested();
        }

        // The clock stands: nobody comes back from a back-off.
        var mark = commit.Post(settling: null, new Beginning(ClaimOf(world, claims, reader: 1), world.Time.GetUtcNow(), Relays.Main));
        (await mark.Marked.WaitAsync(Stop)).ShouldBeTrue();
        commit.Post(settling: null, new Beginning(ClaimOf(world, claims, reader: 2), world.Time.GetUtcNow(), Relays.Main));
        commit.Complete();
        while (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries where begun_at is not null") < 3)
        {
            Stop.ThrowIfCancellationRequested();
        }

        refused.Settled.IsCompleted.ShouldBeFalse();
        writing.IsCompleted.ShouldBeFalse();
        await world.Database.ExecuteAsync($"drop trigger fail on digest.deliveries_{world.Issue.Id}");
        while (!writing.IsCompleted)
        {
            Stop.ThrowIfCancellationRequested();
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await refused.Settled).ShouldBeTrue();
        (await world.StateAsync(0)).ShouldBe(DeliveryState.Accepted);
    }

    [Fact]
    public async Task A_row_that_somebody_else_holds_stops_its_own_lane_alone()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        var (worker, claims) = await ClaimAsync(world);
        (await world.BeginAsync(0, worker)).ShouldNotBeNull();
        await using var other = new NpgsqlConnection(world.Database.ConnectionString);
        await other.OpenAsync(Stop);
        await using var change = await other.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand($"select from digest.deliveries where subscriber_id = {world.Readers[0].Id} for update", other))
        {
            await hold.ExecuteNonQueryAsync(Stop);
        }

        // Two lanes: a second writer that is not alone would wait for both.
        var commit = New(world, worker, lanes: 2);
        var writing = commit.RunAsync();
        var held = commit.Post(Settled(world, claims, reader: 0), beginning: null);
        while (!await LockedRow.IsWaitedForAsync(world.Database))
        {
            Stop.ThrowIfCancellationRequested();
        }

        (await commit.Post(settling: null, new Beginning(ClaimOf(world, claims, reader: 1), world.Time.GetUtcNow(), Relays.Main)).Marked.WaitAsync(Stop)).ShouldBeTrue();
        (await commit.Post(settling: null, new Beginning(ClaimOf(world, claims, reader: 2), world.Time.GetUtcNow(), Relays.Main)).Marked.WaitAsync(Stop)).ShouldBeTrue();
        held.Settled.IsCompleted.ShouldBeFalse();

        await change.RollbackAsync(Stop);
        (await held.Settled.WaitAsync(Stop)).ShouldBeTrue();
        commit.Complete();
        await writing;
    }

    [Fact]
    public async Task A_deadlock_is_tried_again_at_once()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (worker, claims) = await ClaimAsync(world);
        (await world.BeginAsync(0, worker)).ShouldNotBeNull();
        await RefuseSettlingAsync(world, reader: 0, PostgresErrorCodes.DeadlockDetected, times: 1);
        var commit = New(world, worker);
        var writing = commit.RunAsync();

        // The clock stands: a back-off would not end.
        (await commit.Post(Settled(world, claims, reader: 0), beginning: null).Settled.WaitAsync(Stop)).ShouldBeTrue();

        commit.Complete();
        await writing;
        (await world.Database.ScalarAsync<long>("select last_value from digest.failures")).ShouldBe(2);
        (await world.StateAsync(0)).ShouldBe(DeliveryState.Accepted);
    }

    private static GroupCommit New(LedgerWorld world, Guid worker, int lanes = 20) =>
        new(world.Get<LedgerWrite>(), worker, lanes, WireLoop.Next(), world.Time, NullLogger<GroupCommit>.Instance);

    private static async Task<(Guid Worker, IReadOnlyList<Claim> Claims)> ClaimAsync(LedgerWorld world)
    {
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        return (worker, await world.ClaimAsync(worker, Stop));
    }

    private static Claim ClaimOf(LedgerWorld world, IReadOnlyList<Claim> claims, int reader) =>
        claims.Single(claim => claim.Key == world.KeyOf(world.Readers[reader]));

    private static Settling Settled(LedgerWorld world, IReadOnlyList<Claim> claims, int reader) => new(
        ClaimOf(world, claims, reader), new Try(world.Time.GetUtcNow(), Accepted), new Settlement(DeliveryState.Accepted), Relays.Main);

    /// <summary>With an error that passes, so that the writer tries again. A sequence counts what is rolled back, too.</summary>
    private static async Task RefuseSettlingAsync(
        LedgerWorld world, int reader, string error, int times = int.MaxValue)
    {
        await world.Database.ExecuteAsync("create sequence digest.failures");
        await world.Database.ExecuteAsync($"""
            create function digest.fail() returns trigger language plpgsql as
            $$ begin
                if nextval('digest.failures') <= {times} then raise exception 'not now' using errcode = '{error}'; end if;
                return new;
            end $$
            """);
        await world.Database.ExecuteAsync($"""
            create trigger fail before update on digest.deliveries_{world.Issue.Id}
            for each row when (new.subscriber_id = {world.Readers[reader].Id}) execute function digest.fail()
            """);
    }
}
