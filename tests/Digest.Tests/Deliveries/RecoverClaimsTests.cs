using Digest.Deliveries;
using Digest.Newsletters;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What becomes of a dead worker's claims.</summary>
public sealed class RecoverClaimsTests
{
    private static readonly TimeSpan Lapse = TimeSpan.FromSeconds(new SendingSettings().LapseSeconds);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_heartbeat_is_fresh_the_claims_stand()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse);

        (await RecoverAsync(world)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task I5_when_it_lapses_what_was_not_begun_goes_out_and_what_was_begun_is_in_doubt()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse + TimeSpan.FromTicks(10));

        (await RecoverAsync(world)).ShouldBe((2, 1));

        (await world.StateAsync(0)).ShouldBe(DeliveryState.InDoubt);
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Queued);
        (await world.ClaimAsync(await world.RegisterWorkerAsync(Stop), Stop)).Select(c => c.Key).ShouldBe([world.KeyOf(world.Readers[1])]);
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("deferred")]
    public async Task What_is_in_doubt_names_the_relay_that_may_have_it(string before)
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        // A deferred row is taken over from the relay that deferred it.
        await world.Database.ExecuteAsync("update digest.deliveries set state = $1, relay = 'first'", before);
        var worker = await world.RegisterWorkerAsync(Stop);
        await world.ClaimAsync(worker, Stop, turn: new RelayTurn("second", ItsOwnOnly: false, Elsewhere: [], Others: []));
        (await world.BeginAsync(0, worker, "second")).ShouldNotBeNull();
        world.Time.Advance(Lapse * 2);

        (await RecoverAsync(world)).ShouldBe((1, 1));

        (await world.RowAsync()).Relay.ShouldBe("second");
        (await world.Get<Doubts>().ReadAsync(world.Newsletter.Id, Stop)).ShouldHaveSingleItem().Relay.ShouldBe("second");
    }

    [Fact]
    public async Task By_policy_what_was_begun_is_sent_again()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2, InDoubtDefault.SendAgain);
        await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse * 2);

        (await RecoverAsync(world)).ShouldBe((2, 0));

        var row = await world.RowAsync(0);
        (row.State, row.Attempts, row.DueAt > world.Time.GetUtcNow().AddMinutes(20)).ShouldBe((DeliveryState.Deferred, 1, true));
    }

    [Fact]
    public async Task By_policy_what_was_begun_is_sent_again_once()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1, InDoubtDefault.SendAgain);
        await world.QueueAsync(Stop);
        foreach (var inDoubt in (int[])[0, 1])
        {
            var worker = await world.RegisterWorkerAsync(Stop);
            await world.ClaimAsync(worker, Stop);
            (await world.BeginAsync(0, worker)).ShouldNotBeNull();
            world.Time.Advance(Lapse * 2);

            (await RecoverAsync(world)).ShouldBe((1, inDoubt));
            world.Time.Advance(TimeSpan.FromMinutes(46));
        }

        (await world.StateAsync()).ShouldBe(DeliveryState.InDoubt);
    }

    [Fact]
    public async Task The_doubt_of_a_reader_who_leaves_before_the_second_try_remains()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2, InDoubtDefault.SendAgain);
        await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse * 2);
        await RecoverAsync(world);
        await world.UnsubscribeAsync(0);
        await world.UnsubscribeAsync(1);
        world.Time.Advance(TimeSpan.FromMinutes(46));

        (await world.ClaimAsync(await world.RegisterWorkerAsync(Stop), Stop)).ShouldBeEmpty();

        (await world.StateAsync(0)).ShouldBe(DeliveryState.InDoubt);
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Suppressed);
    }

    [Fact]
    public async Task By_policy_nothing_of_a_cancelled_issue_is_sent_again_and_the_doubt_remains()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2, InDoubtDefault.SendAgain);
        await DieWithOneBegunAsync(world);
        await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "operator@example.com", Stop);
        world.Time.Advance(Lapse * 2);

        (await RecoverAsync(world)).ShouldBe((1, 1));

        (await world.StateAsync(0)).ShouldBe(DeliveryState.InDoubt);
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Cancelled);
    }

    [Fact]
    public async Task A_worker_that_wakes_after_its_claims_were_recovered_sends_nothing_more()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        var (sleeper, _, _) = await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse * 2);
        await RecoverAsync(world);

        (await world.BeginAsync(1, sleeper)).ShouldBeNull();
    }

    [Theory]
    [InlineData(InDoubtDefault.Leave)]
    [InlineData(InDoubtDefault.SendAgain)]
    public async Task E6_its_reply_that_comes_after_all_settles_the_doubt(InDoubtDefault policy)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2, policy);
        var (sleeper, claim, begunAt) = await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse * 2);
        await RecoverAsync(world);
        var accepted = new SmtpOutcome(SmtpVerdict.Accepted, SmtpStage.Reply, 250, "2.0.0", "queued as 4711");

        (await world.SettleAsync(claim, sleeper, new Try(begunAt, accepted))).ShouldBeTrue();

        (await world.StateAsync(0)).ShouldBe(DeliveryState.Accepted);
    }

    [Fact]
    public async Task The_reply_to_another_try_settles_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        var (sleeper, claim, begunAt) = await DieWithOneBegunAsync(world);
        world.Time.Advance(Lapse * 2);
        await RecoverAsync(world);
        var accepted = new SmtpOutcome(SmtpVerdict.Accepted, SmtpStage.Reply, 250);

        (await world.SettleAsync(claim, sleeper, new Try(begunAt.AddSeconds(-1), accepted))).ShouldBeFalse();

        (await world.StateAsync(0)).ShouldBe(DeliveryState.InDoubt);
    }

    [Fact]
    public async Task Claims_of_a_worker_that_nobody_knows_are_recovered()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        await world.ClaimAsync(Guid.CreateVersion7(), Stop);

        (await RecoverAsync(world)).ShouldBe((1, 0));
    }

    /// <summary>A worker claims two, begins the first, and is heard of no more.</summary>
    private static async Task<(Guid Worker, Claim Begun, DateTimeOffset BegunAt)> DieWithOneBegunAsync(LedgerWorld world)
    {
        await world.QueueAsync(Stop);
        var worker = await world.RegisterWorkerAsync(Stop);
        var claims = await world.ClaimAsync(worker, Stop);
        var begun = claims.Single(c => c.Key.SubscriberId == world.Readers[0].Id);
        var begunAt = await world.BeginAsync(0, worker);
        return (worker, begun, begunAt.ShouldNotBeNull());
    }

    private static Task<(int Recovered, int InDoubt)> RecoverAsync(LedgerWorld world) =>
        world.Get<RecoverClaims>().RunAsync(Guid.CreateVersion7(), Stop);
}
