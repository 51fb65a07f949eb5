using Digest.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What a lane holds for its next turn stays the queue's, and is somebody's exactly once.</summary>
public sealed class ClaimQueueTests : IDisposable
{
    private const int Lanes = 2;

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 7, 0, 0, TimeSpan.Zero);

    private readonly Wake wake = new(TimeProvider.System);
    private readonly ClaimQueue queue;

    public ClaimQueueTests() => queue = new(capacity: 10, Lanes, wake);

    public void Dispose() => queue.Dispose();

    [Fact]
    public void Nothing_is_held_that_another_lane_would_miss()
    {
        queue.Add(Deliveries(Lanes));
        queue.TryHold(Now).ShouldBeNull();

        queue.Add(Deliveries(1));
        queue.TryHold(Now).ShouldNotBeNull();
        // The other lane finds one still.
        queue.TryHold(Now).ShouldNotBeNull();
        queue.TryHold(Now)!.Claim.ShouldNotBeNull();
        queue.TryHold(Now).ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_held_while_a_notice_waits()
    {
        queue.Add([.. Deliveries(5), new Claim(new LedgerKey(LedgerKind.Notice, 1, 9), "welcome", 1, "reader@example.org", "reader@example.org", 1, 0)]);

        queue.TryHold(Now).ShouldBeNull();
        queue.TryTake()!.Key.Kind.ShouldBe(LedgerKind.Notice);
        queue.TryHold(Now).ShouldNotBeNull();
    }

    [Fact]
    public void What_is_held_is_taken_by_its_lane_or_taken_back_and_not_both()
    {
        queue.Add(Deliveries(4));
        var (kept, lost) = (queue.TryHold(Now)!, queue.TryHold(Now)!);

        queue.TryTake(kept).ShouldBeTrue();
        List<Claim> back = [];
        while (queue.TryTakeBack() is { } claim)
        {
            back.Add(claim);
        }

        queue.TryTake(lost).ShouldBeFalse();
        queue.TryTake(kept).ShouldBeFalse();
        back.Append(kept.Claim).Select(claim => claim.Key.SubscriberId).Order().ShouldBe([1L, 2, 3, 4]);
        queue.Outstanding.ShouldBe(4);
    }

    [Fact]
    public void What_is_held_for_too_long_is_everybodys_again()
    {
        queue.Add(Deliveries(4));
        var (old, young) = (queue.TryHold(Now)!, queue.TryHold(Now.AddSeconds(5))!);

        queue.LetGo(before: Now.AddSeconds(1));

        queue.Holds(old).ShouldBeFalse();
        queue.Holds(young).ShouldBeTrue();
        Enumerable.Range(0, 3).Select(_ => queue.TryTake()).ShouldContain(old.Claim);
        queue.TryTake().ShouldBeNull();
        queue.Outstanding.ShouldBe(4);
    }

    [Fact]
    public void What_is_held_counts_under_its_limit_until_its_turn()
    {
        var limit = Budget.PerMinute("issue:1", 60);
        queue.Add([.. Deliveries(5).Select(claim => claim with { Limits = [limit] })]);

        var (kept, old, back) = (queue.TryHold(Now.AddSeconds(1))!, queue.TryHold(Now)!, queue.TryHold(Now.AddSeconds(1))!);
        queue.WaitingUnder(limit).ShouldBe(5);

        queue.LetGo(before: Now.AddSeconds(1));
        queue.WaitingUnder(limit).ShouldBe(5);

        queue.TryTake(kept).ShouldBeTrue();
        queue.TryTake(kept).ShouldBeFalse();
        queue.WaitingUnder(limit).ShouldBe(4);

        queue.Holds(old).ShouldBeFalse();
        queue.Holds(back).ShouldBeTrue();
        while (queue.TryTakeBack() is not null)
        {
        }

        queue.WaitingUnder(limit).ShouldBe(0);
    }

    private static List<Claim> Deliveries(int count) => [.. Enumerable.Range(1, count).Select(number => new Claim(
        new LedgerKey(LedgerKind.Delivery, 1, number), "", 1, $"reader{number}@example.org", $"reader{number}@example.org", 1, 0))];
}
