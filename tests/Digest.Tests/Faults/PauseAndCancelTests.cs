using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>Pause and cancel reach every lane within one message, wherever in it the lane is.</summary>
public sealed class PauseAndCancelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pause_lets_each_lane_hear_its_open_reply_and_no_further_dot_is_sent_until_the_resume()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 30, connections: 5);
        var gate = await HoldAllLanesAsync(world, lanes: 5);

        await world.Ledger.Get<IssueControls>().PauseAsync(world.Ledger.Issue.Id, "a wrong link", Stop);
        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Queued, 25);
        await world.UntilCountAsync(DeliveryState.Accepted, 5);
        world.Relay.Dots.ShouldBe(5);

        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, 30);
        world.Relay.Dots.ShouldBe(30);
        world.Recipients.Distinct().Count().ShouldBe(30);
    }

    [Fact]
    public async Task A_cancel_lets_each_lane_hear_its_open_reply_and_no_further_dot_is_sent()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 30, connections: 5);
        var gate = await HoldAllLanesAsync(world, lanes: 5);

        (await world.Ledger.Get<IssueControls>().CancelAsync(world.Ledger.Issue.Id, "operator@example.com", Stop)).ShouldBe((25, 5));
        gate.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 5);

        (await world.CountAsync(DeliveryState.Cancelled)).ShouldBe(25);
        world.Relay.Dots.ShouldBe(5);
        world.Recipients.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_pause_takes_back_the_message_that_is_on_the_wire_without_its_dot()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 4);
        await WithTheSecondEnvelopeOutAsync(world, () =>
            world.Ledger.Get<IssueControls>().PauseAsync(world.Ledger.Issue.Id, "a wrong link", Stop));

        await world.UntilCountAsync(DeliveryState.Queued, 3);
        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        world.Relay.Dots.ShouldBe(1);

        await world.Ledger.Get<IssueControls>().ResumeAsync(world.Ledger.Issue.Id, Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, 4);
        world.Relay.Dots.ShouldBe(4);
        world.Recipients.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task A_cancel_takes_back_the_message_that_is_on_the_wire_without_its_dot()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 4);
        await WithTheSecondEnvelopeOutAsync(world, async () =>
            (await world.Ledger.Get<IssueControls>().CancelAsync(world.Ledger.Issue.Id, "operator@example.com", Stop)).ShouldBe((3, 1)));

        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        (await world.CountAsync(DeliveryState.Cancelled)).ShouldBe(3);
        world.Relay.Dots.ShouldBe(1);
    }

    private static async Task<TaskCompletionSource> HoldAllLanesAsync(SendingWorld world, int lanes)
    {
        var dots = world.Relay.Nth(SmtpStep.Dot, lanes);
        var gate = world.Relay.HoldReplies();
        await world.StartWorkerAsync();
        await world.ComesAsync(dots);
        return gate;
    }

    /// <summary>The first message has its reply, the outcome and the next mark wait for the database, and the envelope of the next is out.</summary>
    private static async Task WithTheSecondEnvelopeOutAsync(SendingWorld world, Func<Task> act)
    {
        var data = world.Relay.Nth(SmtpStep.Data, 2);
        var gate = await HoldAllLanesAsync(world, lanes: 1);
        await using (await LockedRow.BegunAsync(world.Ledger.Database))
        {
            gate.SetResult();
            await world.ComesAsync(data);
            await world.UntilAsync(() => LockedRow.IsWaitedForAsync(world.Ledger.Database));
            await act();
        }
    }
}
