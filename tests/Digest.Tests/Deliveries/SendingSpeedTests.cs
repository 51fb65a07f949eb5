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
    public void It_is_what_was_accepted_in_the_last_minute()
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

        After(speed, TimeSpan.FromMinutes(3), accepted: 90).ShouldBe(30);
    }

    [Fact]
    public async Task A_worker_writes_its_lanes_and_its_speed_with_its_heartbeat()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 7, connections: 3);
        world.Relay.Script.On(SmtpStep.Recipient, moment => moment.Recipient == "reader-2@example.com").Reply("550 5.2.2 mailbox full");

        await world.StartWorkerAsync();
        // The clock stands while they are sent: it would leave the minute behind.
        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) == 6, TimeSpan.Zero);

        await world.UntilAsync(
            async () => await world.Ledger.Database.ScalarAsync<long>(
                "select count(*) from digest.sending_workers where lanes = 3 and per_minute = 6") == 1,
            TimeSpan.FromSeconds(1));
    }

    private int After(SendingSpeed speed, TimeSpan span, int accepted)
    {
        for (var i = 0; i < accepted; i++)
        {
            speed.Count();
        }

        time.Advance(span);
        return speed.PerMinute();
    }
}
