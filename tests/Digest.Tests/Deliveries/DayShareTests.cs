using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Faults;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What becomes of a relay's share of the day when claims that were counted under it are recovered: it is given back once.</summary>
public sealed class DayShareTests
{
    private static readonly Budget Share = new("relay:main:2026-03-02", Capacity: 100, PerSecond: 0);

    private static readonly (string Name, string Value)[] WarmUp =
    [
        ("Digest:Smtp:WarmUp:From", "2026-03-02"), ("Digest:Smtp:WarmUp:FirstDay", "100"), ("Digest:Smtp:WarmUp:Until", "1000"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_dead_worker_had_not_begun_can_be_sent_on_that_day_and_not_one_more()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 130, connections: 2, settings: WarmUp);
        await DieWithAllClaimedAsync(world.Ledger, begun: 3);
        (await LeftAsync(world.Ledger)).ShouldBe(0);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 97);
        await world.BeatsAsync();

        world.Relay.Dots.ShouldBe(97);
        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(3);
        (await world.CountAsync(DeliveryState.Queued)).ShouldBe(30);
    }

    [Fact]
    public async Task However_many_recover_it_is_given_back_once()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 130);
        await world.QueueAsync(Stop);
        await DieWithAllClaimedAsync(world, begun: 3);
        world.Time.Advance(TimeSpan.FromMinutes(2));

        var recovered = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RecoverAsync(world)));

        recovered.Sum(one => one.Recovered).ShouldBe(100);
        (await LeftAsync(world)).ShouldBe(97);
    }

    [Fact]
    public async Task A_retry_that_another_relay_took_over_is_given_back_to_that_one()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'deferred', attempts = 1, relay = 'second'");
        await new SendBudgets(world.Database.DataSource).TakeAsync([Share with { Key = "relay:second:2026-03-02" }], 40, Stop);
        await DieWithAllClaimedAsync(world, begun: 0);
        world.Time.Advance(TimeSpan.FromMinutes(2));

        await RecoverAsync(world);

        (await LeftAsync(world)).ShouldBe(2);
        (await LeftAsync(world, "relay:second:2026-03-02")).ShouldBe(60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_wakes_after_its_claims_were_recovered_gives_back_nothing_of_them(bool stops)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6, settings: WarmUp);
        var dot = world.Relay.Nth(SmtpStep.Dot, 1);
        var gate = world.Relay.HoldReplies(times: 1);
        var worker = await world.StartWorkerAsync();
        await world.ComesAsync(dot);
        await world.UntilCountAsync(DeliveryState.Claimed, 6);
        // A beat that is under way may register it once more.
        await world.UntilAsync(async () =>
        {
            await world.Ledger.Database.ExecuteAsync("delete from digest.sending_workers");
            return await RecoverAsync(world.Ledger) == (6, 1);
        });

        if (stops)
        {
            var stopping = worker.StopAsync(CancellationToken.None);
            gate.SetResult();
            await world.ComesAsync(stopping);

            (await LeftAsync(world.Ledger)).ShouldBe(100 - await world.CountAsync(DeliveryState.Accepted));
            return;
        }

        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 6);
        await world.BeatsAsync();
        // A look takes all there is, and gives back what it finds no row for.
        var left = 0.0;
        await world.UntilAsync(async () => (left = await LeftAsync(world.Ledger)) > 0);
        left.ShouldBe(94);
    }

    /// <summary>A worker takes the whole share, claims for it and marks some, and is heard of no more.</summary>
    private static async Task DieWithAllClaimedAsync(LedgerWorld world, int begun)
    {
        (await new SendBudgets(world.Database.DataSource).TakeAsync([Share], 100, Stop)).Count.ShouldBe(100);
        var worker = await world.RegisterWorkerAsync(Stop);
        foreach (var claim in (await world.ClaimAsync(worker, Stop, limit: 100, dayShare: Share.Key)).Take(begun))
        {
            (await world.BeginAsync(claim, worker)).ShouldNotBeNull();
        }
    }

    private static Task<(int Recovered, int InDoubt)> RecoverAsync(LedgerWorld world) =>
        world.Get<RecoverClaims>().RunAsync(Guid.CreateVersion7(), Stop);

    private static Task<double> LeftAsync(LedgerWorld world, string? key = null) =>
        world.Database.ScalarAsync<double>("select tokens from digest.send_budgets where key = $1", key ?? Share.Key);
}
