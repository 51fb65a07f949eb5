using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>News that nobody took in time is news no more.</summary>
public sealed class ExpiryTests
{
    private const int Hours = 6;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E2_a_reader_deferred_for_ever_is_given_up_when_the_issue_is_stale_and_the_relay_is_asked_no_more()
    {
        await using var world = await QueuedAsync();

        await world.StartWorkerAsync();
        await PassAsync(world, hours: Hours - 1);
        // One may be having its try at this very instant.
        await world.UntilCountAsync(DeliveryState.Deferred, 2);
        (await world.Ledger.IssueAsync()).State.ShouldBe(IssueState.Sending);
        await PassAsync(world, hours: 2);

        (await world.Ledger.IssueAsync()).State.ShouldBe(IssueState.Sent);
        world.Ledger.Time.GetUtcNow().ShouldBeGreaterThanOrEqualTo(LedgerWorld.Monday.AddHours(Hours));
        await ShouldBeOverAsync(world);
        // Two tries in the first hour and then one every two to three.
        world.Heard("RCPT TO:<reader-1@example.com>").ShouldBeInRange(3, 4);
        (await world.Ledger.RowAsync(0)).Attempts.ShouldBe(world.Heard("RCPT TO:<reader-1@example.com>"));
    }

    [Fact]
    public async Task E2_a_worker_that_starts_after_a_weekend_asks_the_relay_nothing_for_a_stale_issue()
    {
        await using var world = await QueuedAsync();
        var first = await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Deferred, 2);
        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        await world.StopAsync(first);
        world.Ledger.Time.Advance(TimeSpan.FromDays(3));
        world.Relay.Script.Clear();

        await world.StartWorkerAsync(world.Ledger.NewServices());
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        await ShouldBeOverAsync(world);
        world.Heard("RCPT TO").ShouldBe(3);
    }

    /// <summary>Three readers, and a relay that takes mail for one of them.</summary>
    private static async Task<SendingWorld> QueuedAsync()
    {
        var world = await SendingWorld.QueuedAsync(
            readers: 3, arrange: ledger => ledger.ScheduleAsync(schedule => schedule with { ExpiryHours = Hours }));
        world.Relay.Script.On(SmtpStep.Recipient, moment => moment.Recipient != "reader-3@example.com").Reply("450 4.2.0 greylisted");
        return world;
    }

    private static async Task ShouldBeOverAsync(SendingWorld world)
    {
        (await world.CountAsync(DeliveryState.Expired)).ShouldBe(2);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(1);
        var asked = world.Heard("RCPT TO");
        await PassAsync(world, hours: Hours);
        world.Heard("RCPT TO").ShouldBe(asked);
        world.Recipients.ShouldBe(["reader-3@example.com"]);
    }

    private static async Task PassAsync(SendingWorld world, int hours)
    {
        for (var half = 0; half < 2 * hours; half++)
        {
            world.Ledger.Time.Advance(TimeSpan.FromMinutes(30));
            // A worker on a busy machine has its try in peace: under one that time runs away from it is taken for dead.
            await world.BeatsAsync(seconds: 5);
            await world.UntilCountAsync(DeliveryState.Claimed, 0);
        }
    }
}
