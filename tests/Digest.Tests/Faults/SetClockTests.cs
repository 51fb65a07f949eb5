using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>
/// Two workers send two waves, and the clock of one machine is an hour off, or is set while they send. The clocks of these tests
/// are real ones.
/// </summary>
public sealed class SetClockTests
{
    private const int Lanes = 3;
    private const int Wave = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_worker_an_hour_off_beside_one_that_is_right_sends_nothing_early_and_each_reader_gets_one_mail_without_a_doubt(int hours) =>
        await TwoWavesAsync(hours, then: hours);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    public async Task A_clock_set_by_an_hour_in_the_middle_of_a_run_sends_nothing_early_and_each_reader_gets_one_mail_without_a_doubt(int before, int then) =>
        await TwoWavesAsync(before, then);

    private static async Task TwoWavesAsync(int before, int then)
    {
        const int answered = 40, underWay = answered + (2 * Lanes);
        await using var world = await SendingWorld.ApprovedAsync(
            await TestDatabase.CreateAsync(), TimeProvider.System.GetUtcNow(), readers: 2 * Wave);
        await world.Ledger.QueueAsync(Stop);
        await PutOffAsync(world, TimeSpan.FromMinutes(30));
        var dots = world.Relay.Nth(SmtpStep.Dot, underWay);
        var gate = world.Relay.HoldReplies(after: answered);
        var machine = new ShiftedTime(before);
        await using var wrong = machine.Worker(world, Lanes);
        await using var right = new ShiftedTime(hours: 0).Worker(world, Lanes);
        await world.StartWorkerAsync(wrong);
        await world.StartWorkerAsync(right);
        await world.ComesAsync(dots);

        // While each lane waits for a reply, both workers look after each other.
        machine.Shift = TimeSpan.FromHours(then);
        await ShiftedTime.BeatsAsync(world);
        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(0);
        world.Relay.Dots.ShouldBe(underWay);
        gate.SetResult();
        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) >= Wave);
        // And once more while they look each second for what is due.
        machine.Shift += TimeSpan.FromHours(1);
        await ShiftedTime.BeatsAsync(world);
        world.Relay.Dots.ShouldBe(Wave);

        var due = await PutOffAsync(world, TimeSpan.FromSeconds(1));
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);
        world.Relay.Store.All.Skip(Wave).ShouldAllBe(mail => mail.ReceivedAt >= due);
        world.Relay.Dots.ShouldBe(2 * Wave);
        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(2 * Wave);
    }

    /// <returns>When the readers of the second wave are due.</returns>
    private static async Task<DateTimeOffset> PutOffAsync(SendingWorld world, TimeSpan wait)
    {
        var due = TimeProvider.System.GetUtcNow() + wait;
        await world.Ledger.Database.ExecuteAsync(
            "update digest.deliveries set due_at = $2 where subscriber_id = any($1)", world.Ledger.Readers.Skip(Wave).Select(reader => reader.Id).ToArray(), due);
        return due;
    }
}
