using Digest.Deliveries;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

public sealed class DeliverySearchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_hold_what_they_say_and_the_total_is_of_all()
    {
        await using var world = await QueuedAsync(readers: 25);

        var (first, total) = await FindAsync(world, page: 1);
        var (third, _) = await FindAsync(world, page: 3);
        var (beyond, sameTotal) = await FindAsync(world, page: 9);

        (first.Count, third.Count, beyond.Count).ShouldBe((10, 5, 0));
        (total, sameTotal).ShouldBe((25, 25));
        first.Concat(third).Select(line => line.SubscriberId).Distinct().Count().ShouldBe(15);
    }

    [Theory]
    [InlineData("READER-1@", 1)]
    [InlineData("  reader-2  ", 1)]
    [InlineData("%", 0)]
    [InlineData("reader_1", 0)]
    [InlineData("\\", 0)]
    [InlineData("' or true --", 0)]
    [InlineData("", 3)]
    public async Task A_part_of_an_address_is_taken_literally(string part, int matches)
    {
        await using var world = await QueuedAsync(readers: 3);

        (await FindAsync(world, part)).Total.ShouldBe(matches);
    }

    [Fact]
    public async Task Newest_movement_comes_first_and_a_state_selects()
    {
        await using var world = await QueuedAsync(readers: 3);
        await world.Database.ExecuteAsync(
            "update digest.deliveries set state = 'accepted', settled_at = $2 where subscriber_id = $1", world.Readers[2].Id, LedgerWorld.Monday.AddMinutes(1));
        await world.Database.ExecuteAsync(
            "update digest.deliveries set state = 'rejected', settled_at = $2 where subscriber_id = $1", world.Readers[1].Id, LedgerWorld.Monday.AddMinutes(2));

        (await FindAsync(world)).Lines.Select(line => line.SubscriberId)
            .ShouldBe([world.Readers[1].Id, world.Readers[2].Id, world.Readers[0].Id]);
        (await FindAsync(world, state: DeliveryState.Accepted)).Lines.ShouldHaveSingleItem().SubscriberId.ShouldBe(world.Readers[2].Id);
    }

    [Fact]
    public async Task A_line_carries_the_Message_ID_to_look_for_in_the_relays_log()
    {
        await using var world = await QueuedAsync(readers: 1);

        (await FindAsync(world)).Lines[0].MessageId
            .ShouldBe(world.Get<MessageIds>().Of(world.KeyOf(world.Readers[0]), world.Newsletter.Sender.IssueAddress));
    }

    private static async Task<LedgerWorld> QueuedAsync(int readers)
    {
        var world = await LedgerWorld.CreateAsync(readers);
        await world.QueueAsync(Stop);
        return world;
    }

    private static Task<(IReadOnlyList<DeliveryLine> Lines, int Total)> FindAsync(
        LedgerWorld world, string address = "", DeliveryState? state = null, int page = 1) =>
        world.Get<DeliverySearch>().FindAsync(world.Issue.Id, address, state, page, 10, Stop);
}
