using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>The relay goes away for a while, falls silent, stops listening, or dribbles.</summary>
public sealed class RelayGoneTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E5_E6_E19_while_the_relay_is_gone_mail_waits_and_only_what_had_its_dot_out_is_in_doubt()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 40, connections: 3);
        var held = world.Relay.Nth(SmtpStep.Dot, 13);
        world.Relay.HoldReplies(after: 10);
        await world.StartWorkerAsync();
        await world.ComesAsync(held);

        await world.Relay.DisposeAsync();
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Contains(RelayWatch.Unreachable));
        await world.UntilCountAsync(DeliveryState.InDoubt, 3);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(10);

        await using var back = await MailboxServer.StartAsync(new MailboxOptions { Port = world.Relay.Port }, world.Relay.Store);
        await world.UntilCountAsync(DeliveryState.Accepted, 37);
        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(3);
        (world.Relay.Dots + back.Dots).ShouldBe(40);
        world.Recipients.Distinct().Count().ShouldBe(37);
        (await MostTriesAsync(world)).ShouldBe(0);
        await world.UntilAsync(async () => (await world.Ledger.OpenAlertsAsync()).Count == 0);
    }

    [Fact]
    public async Task E19_when_the_relay_is_back_one_message_probes_it_and_the_other_lanes_wait_for_its_reply()
    {
        const int lanes = 10, before = 20, readers = 80;
        await using var world = await SendingWorld.QueuedAsync(readers, lanes);
        var held = world.Relay.Nth(SmtpStep.Dot, before + lanes);
        world.Relay.HoldReplies(after: before);
        await world.StartWorkerAsync();
        await world.ComesAsync(held);
        await world.Relay.DisposeAsync();
        await world.UntilCountAsync(DeliveryState.InDoubt, lanes);
        await world.UntilCountAsync(DeliveryState.Queued, readers - before - lanes);

        await using var back = await MailboxServer.StartAsync(new MailboxOptions { Port = world.Relay.Port }, world.Relay.Store);
        var probe = back.Nth(SmtpStep.Dot, 1);
        var reply = back.HoldReplies(times: 1);
        await world.UntilAsync(() => Task.FromResult(probe.IsCompleted));
        await world.BeatsAsync(seconds: 30);
        back.Transcript.Count(line => line.Contains("MAIL FROM", StringComparison.Ordinal)).ShouldBe(1);
        back.Connections.ShouldBe(1);
        reply.SetResult();

        await world.UntilCountAsync(DeliveryState.Accepted, readers - lanes);
        back.Dots.ShouldBe(readers - before - lanes);
        back.Connections.ShouldBeGreaterThan(1);
        world.Recipients.Distinct().Count().ShouldBe(readers - lanes);
    }

    [Theory]
    [InlineData(SmtpStep.Connect)]
    [InlineData(SmtpStep.Ehlo)]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    public async Task E5_E9_a_relay_that_falls_silent_before_the_dot_costs_time_and_nothing_else(SmtpStep step)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3, settings: ("Digest:Smtp:TimeoutSeconds", "5"));
        world.Relay.Script.On(step).Hang().Times(1);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 3);

        world.Relay.Dots.ShouldBe(3);
        world.Recipients.Distinct().Count().ShouldBe(3);
        (await MostTriesAsync(world)).ShouldBe(0);
    }

    [Fact]
    public async Task E5_E9_a_relay_that_stops_reading_in_the_middle_of_a_message_costs_time_and_nothing_else()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2, settings: ("Digest:Smtp:TimeoutSeconds", "10"));
        await LargeIssue.FreezeAsync(world);
        world.Relay.Script.On(SmtpStep.Body).WaitFor(new TaskCompletionSource().Task).Times(1);

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        world.Relay.Dots.ShouldBe(2);
        world.Recipients.Distinct().Count().ShouldBe(2);
        (await MostTriesAsync(world)).ShouldBe(0);
    }

    [Fact]
    public async Task A_relay_that_answers_one_byte_at_a_time_is_understood()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 12, connections: 3);
        foreach (var step in Enum.GetValues<SmtpStep>())
        {
            world.Relay.Script.On(step).InPiecesOf(1);
        }

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 12);

        world.Relay.Dots.ShouldBe(12);
        world.Recipients.Distinct().Count().ShouldBe(12);
    }

    private static async Task<int> MostTriesAsync(SendingWorld world) =>
        await world.Ledger.Database.ScalarAsync<int>("select max(attempts) from digest.deliveries");
}
