using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Faults;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Connections that a relay allows to all workers together, counted by the relay.</summary>
public sealed class RelaySlotsTests
{
    [Fact]
    public async Task All_workers_together_open_no_more_than_the_relay_allows_and_share_them_evenly()
    {
        await using var world = await QueuedAsync(readers: 200, connectionsInAll: 4);
        var (most, reply) = Hold(world);

        await world.StartWorkerAsync();
        await world.UntilAsync(async () => await HeldAsync(world) is [4]);
        await world.StartWorkerAsync(world.Ledger.NewServices());
        reply.SetResult();
        await world.UntilAsync(async () => await HeldAsync(world) is [2, 2]);
        await world.UntilCountAsync(DeliveryState.Accepted, 200);

        most().ShouldBe(4);
        world.Recipients.Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task A_lane_keeps_its_connection_until_its_message_has_its_reply()
    {
        await using var world = await QueuedAsync(readers: 20, connectionsInAll: 2);
        var (most, reply) = Hold(world);
        await world.StartWorkerAsync();
        await world.UntilAsync(async () => await HeldAsync(world) is [2] && world.Relay.Dots == 2);

        // Both are busy: the second worker has nothing to take until one is done.
        await world.StartWorkerAsync(world.Ledger.NewServices());
        await world.UntilAsync(async () => await world.Ledger.Database.ScalarAsync<long>(
            "select count(*) from digest.sending_workers where heartbeat_at > $1", LedgerWorld.Monday.AddSeconds(30).UtcDateTime) == 2);
        world.Relay.OpenConnections.ShouldBe(2);

        reply.SetResult();
        await world.UntilAsync(async () => await HeldAsync(world) is [1, 1]);
        await world.UntilCountAsync(DeliveryState.Accepted, 20);
        most().ShouldBe(2);
    }

    [Fact]
    public async Task What_a_worker_held_that_stopped_or_lapsed_goes_to_the_others()
    {
        await using var world = await QueuedAsync(readers: 0, connectionsInAll: 4);
        var first = await world.StartWorkerAsync();
        await world.UntilAsync(async () => await HeldAsync(world) is [4]);
        await world.StartWorkerAsync(world.Ledger.NewServices());
        await world.UntilAsync(async () => await HeldAsync(world) is [2, 2]);

        await world.StopAsync(first);
        await world.UntilAsync(async () => await HeldAsync(world) is [4]);

        await world.Ledger.Database.ExecuteAsync("update digest.relay_slots set held_by = $1 where number > 1", Guid.CreateVersion7());
        await world.UntilAsync(async () => await HeldAsync(world) is [4]);
    }

    [Fact]
    public async Task A_worker_that_drains_keeps_no_more_than_its_open_messages_need()
    {
        await using var world = await QueuedAsync(readers: 20, connectionsInAll: 4);
        var reply = world.Relay.HoldReplies(times: 1);
        var first = await world.StartWorkerAsync();
        await world.UntilAsync(async () => await HeldAsync(world) is [4] && world.Relay.Dots > 0);

        var stopping = first.StopAsync(CancellationToken.None);
        await world.UntilAsync(async () => await HeldAsync(world) is [1]);

        reply.SetResult();
        await world.ComesAsync(stopping);
        (await HeldAsync(world)).ShouldBeEmpty();
    }

    private static Task<SendingWorld> QueuedAsync(int readers, int connectionsInAll) => SendingWorld.QueuedAsync(
        readers, connections: 4, settings: [("Digest:Smtp:ConnectionsInAll", $"{connectionsInAll}"), ("Digest:Smtp:MessagesPerConnection", "1000"), ("Digest:Sending:BatchSize", "10")]);

    /// <summary>Replies wait for the test; counts how many connections the relay saw at once.</summary>
    private static (Func<int> Most, TaskCompletionSource Reply) Hold(SendingWorld world)
    {
        var (most, reply) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        world.Relay.Script.On(SmtpStep.Ehlo, _ =>
        {
            most = Math.Max(most, world.Relay.OpenConnections);
            return false;
        });
        world.Relay.Script.On(SmtpStep.Dot).WaitFor(reply.Task);
        return (() => most, reply);
    }

    /// <summary>How many slots each worker holds, the most first.</summary>
    private static async Task<int[]> HeldAsync(SendingWorld world) => await world.Ledger.Database.ScalarAsync<int[]>(
        "select array_agg(held order by held desc) from (select count(*)::int as held from digest.relay_slots where held_by is not null group by held_by) x") ?? [];
}
