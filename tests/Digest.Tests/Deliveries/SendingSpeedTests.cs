using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What a worker says of its own speed, for whoever asks when a run will be done.</summary>
public sealed class SendingSpeedTests
{
    private readonly FakeTimeProvider time = new(LedgerWorld.Monday);

    [Fact]
    public void It_is_whom_was_tried_in_the_last_minute()
    {
        var speed = new SendingSpeed(time);
        speed.PerMinute().ShouldBe(0);

        int[] seen = [.. Enumerable.Range(0, 12).Select(beat => After(speed, TimeSpan.FromSeconds(10), beat < 7 ? 5 : 0))];

        seen.ShouldBe([5, 10, 15, 20, 25, 30, 30, 25, 20, 15, 10, 5]);
    }

    [Fact]
    public void With_a_slow_heartbeat_it_is_a_minutes_share()
    {
        var speed = new SendingSpeed(time);
        speed.PerMinute();

        After(speed, TimeSpan.FromMinutes(3), tried: 90).ShouldBe(30);
    }

    [Fact]
    public void One_reader_in_a_little_more_than_a_minute_is_one_and_not_none()
    {
        var speed = new SendingSpeed(time);
        speed.PerMinute();

        After(speed, TimeSpan.FromSeconds(70), tried: 1).ShouldBe(1);
        After(speed, TimeSpan.FromSeconds(70), tried: 0).ShouldBe(0);
    }

    [Theory]
    [InlineData(DeliveryState.Accepted, 0, 1)]
    [InlineData(DeliveryState.Deferred, 0, 1)]
    [InlineData(DeliveryState.Rejected, 0, 1)]
    [InlineData(DeliveryState.InDoubt, 0, 1)]
    [InlineData(DeliveryState.Queued, 0, 0)]
    [InlineData(DeliveryState.Accepted, 1, 0)]
    [InlineData(DeliveryState.Deferred, 2, 0)]
    [InlineData(DeliveryState.Rejected, 1, 0)]
    public void A_reader_counts_at_the_first_try_however_it_went_and_never_again(DeliveryState state, int attempts, int counted)
    {
        var speed = new SendingSpeed(time);
        speed.PerMinute();

        speed.Count(Settled(new Settlement(state), attempts));

        time.Advance(TimeSpan.FromSeconds(10));
        speed.PerMinute().ShouldBe(counted);
    }

    [Fact]
    public async Task A_worker_writes_its_lanes_and_its_speed_with_its_heartbeat()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 7, connections: 3);
        world.Relay.Script.On(SmtpStep.Recipient, moment => moment.Recipient == "reader-2@example.com").Reply("550 5.2.2 mailbox full");
        world.Relay.Script.On(SmtpStep.Recipient, moment => moment.Recipient == "reader-3@example.com").Reply("450 4.2.0 greylisted");

        await world.StartWorkerAsync();
        // The clock stands while they are sent: it would leave the minute behind.
        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) == 5, TimeSpan.Zero);

        await world.UntilAsync(
            async () => await world.Ledger.Database.ScalarAsync<long>(
                "select count(*) from digest.sending_workers where lanes = 3 and per_minute = 7") == 1,
            // In steps that a beat does not lose a minute by, however long it takes on a busy machine.
            TimeSpan.FromMilliseconds(20));
    }

    private static Settling Settled(Settlement settlement, int attempts = 0) => new(
        new Claim(new LedgerKey(LedgerKind.Delivery, 1, 1), "", 1, "reader@example.com", "reader@example.com", 1, attempts),
        new Try(LedgerWorld.Monday, new SmtpOutcome(SmtpVerdict.Accepted, SmtpStage.Reply, 250)), settlement, Relays.Main);

    private int After(SendingSpeed speed, TimeSpan span, int tried)
    {
        for (var i = 0; i < tried; i++)
        {
            speed.Count(Settled(new Settlement(DeliveryState.Accepted)));
        }

        time.Advance(span);
        return speed.PerMinute();
    }
}
