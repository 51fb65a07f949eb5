using Digest.Data;
using Digest.Deliveries;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>A message in doubt is accepted when something shows that it was; evidence changes nothing else.</summary>
public sealed class LateEvidenceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Evidence.RelayLog, "taken as accepted: the relay's log shows it")]
    [InlineData(Evidence.OwnLink, "taken as accepted: a link of its own was opened")]
    [InlineData(Evidence.Bounce, "taken as accepted: a bounce of it came back")]
    public async Task It_settles_a_doubt_once_and_says_by_what(Evidence seen, string reply)
    {
        await using var world = await QueuedAsync();
        await SetAsync(world, "state = 'in_doubt', begun_at = due_at");
        world.Time.Advance(TimeSpan.FromMinutes(5));

        (await world.Get<LateEvidence>().RunAsync(world.KeyOf(world.Readers[0]), seen, Stop)).ShouldBeTrue();
        (await world.Get<LateEvidence>().RunAsync(world.KeyOf(world.Readers[0]), seen, Stop)).ShouldBeFalse();

        (await world.RowAsync()).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(DeliveryState.Accepted),
            row => row.Reply.ShouldBe(reply),
            row => row.SettledAt.ShouldBe(LedgerWorld.Monday.AddMinutes(5)));
    }

    [Theory]
    [InlineData("state = 'deferred'", true)]
    [InlineData("state = 'claimed', claimed_at = due_at", true)]
    [InlineData("state = 'claimed', claimed_at = due_at, begun_at = due_at", false)]
    public async Task It_spares_the_second_try_of_a_doubt_that_has_not_begun(string row, bool spares)
    {
        await using var world = await QueuedAsync();
        var worker = await world.RegisterWorkerAsync(Stop);
        await SetAsync(world, $"{row}, again_at = due_at, claimed_by = {(row.Contains("claimed", StringComparison.Ordinal) ? $"'{worker}'" : "null")}");

        (await world.Get<LateEvidence>().RunAsync(world.KeyOf(world.Readers[0]), Evidence.OwnLink, Stop)).ShouldBe(spares);

        (await world.StateAsync()).ShouldBe(spares ? DeliveryState.Accepted : DeliveryState.Claimed);
    }

    [Fact]
    public async Task It_changes_no_other_state()
    {
        await using var world = await QueuedAsync();
        foreach (var state in Enum.GetValues<DeliveryState>().Where(state => state is not (DeliveryState.InDoubt or DeliveryState.Claimed)))
        {
            await SetAsync(world, $"state = '{SnakeCase.Of(state)}'");

            (await world.Get<LateEvidence>().RunAsync(world.KeyOf(world.Readers[0]), Evidence.OwnLink, Stop)).ShouldBeFalse();

            (await world.StateAsync()).ShouldBe(state);
        }
    }

    [Fact]
    public async Task A_bounce_names_its_delivery_by_the_return_path()
    {
        await using var world = await QueuedAsync();
        await SetAsync(world, "state = 'in_doubt'");
        var paths = world.Get<ReturnPaths>();
        var reportedTo = paths.Of(world.KeyOf(world.Readers[0]), "bounces.example.com").ToUpperInvariant();

        (await world.Get<LateEvidence>().RunAsync(paths.Read(reportedTo)!.Value, Evidence.Bounce, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_relay_s_log_shows_as_taken_is_settled_and_the_rest_stays_in_doubt()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.QueueAsync(Stop);
        await SetAsync(world, "state = 'in_doubt', begun_at = due_at");
        var doubts = await world.Get<Doubts>().ReadAsync(world.Newsletter.Id, Stop);
        doubts.Select(doubt => (doubt.Newsletter, doubt.What, doubt.Key)).ShouldBe(
            world.Readers.Select(reader => ("signal", "2026-03-02", world.KeyOf(reader))));

        var settled = await world.Get<SettleByLog>().RunAsync(doubts, new StringReader($"""
            2026-03-02 07:00:01 1tZ0Ab-000000001Cd-2E3f <= b+x@bounces.example.com H=(worker) [192.0.2.1] P=esmtps S=9 id={doubts[1].MessageId}
            Mar  2 07:00:01 mx postfix/cleanup[812]: 4XyZ1A2b3Cz9: message-id=<{doubts[2].MessageId}>
            """), Stop);

        settled.ShouldBe(1);
        (await world.StateAsync(0)).ShouldBe(DeliveryState.InDoubt);
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Accepted);
        (await world.StateAsync(2)).ShouldBe(DeliveryState.InDoubt);
        (await world.Get<Doubts>().ReadAsync(newsletterId: null, Stop)).Count.ShouldBe(2);
        (await world.Get<Doubts>().ReadAsync(world.Newsletter.Id + 1, Stop)).ShouldBeEmpty();
    }

    private static async Task<LedgerWorld> QueuedAsync()
    {
        var world = await LedgerWorld.CreateAsync();
        await world.QueueAsync(Stop);
        return world;
    }

    private static Task SetAsync(LedgerWorld world, string what) => world.Database.ExecuteAsync($"update digest.deliveries set {what}");
}
