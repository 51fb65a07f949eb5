using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>
/// The relay leaves or falls silent at a message whose envelope went out along with the dot of the one before (docs/decisions/0013).
/// </summary>
public sealed class AnnouncedMessagesTests
{
    private bool wasAnnounced;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E8_a_stop_takes_back_what_is_announced_and_every_reader_has_one_copy_in_the_end()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 8);
        var reply = world.Relay.HoldReplies(times: 1);
        var worker = await StartAnnouncingAsync(world);

        var stopping = worker.StopAsync(CancellationToken.None);
        reply.SetResult();
        await world.ComesAsync(stopping);

        // Nothing is begun at a stop: the second envelope was under way before the first dot had its reply.
        world.Heard("MAIL FROM").ShouldBe(2);
        world.Relay.Dots.ShouldBe(1);
        (await world.CountAsync(DeliveryState.Queued)).ShouldBe(7);
        await world.StartWorkerAsync(world.Ledger.NewServices());
        await ShouldGiveEachReaderOneCopyAsync(world);
    }

    [Theory]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    [InlineData(SmtpStep.Body)]
    public async Task E5_a_connection_lost_at_what_is_announced_loses_and_doubles_nothing_and_charges_no_try(SmtpStep step)
    {
        await using var world = await QueuedAsync(step);
        world.Relay.Script.On(step, IsAnnounced).Close();

        await StartAnnouncingAsync(world);

        await ShouldGiveEachReaderOneCopyAsync(world);
        wasAnnounced.ShouldBeTrue();
    }

    [Theory]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    [InlineData(SmtpStep.Body)]
    public async Task E4_a_421_at_what_is_announced_loses_and_doubles_nothing_and_charges_no_try(SmtpStep step)
    {
        await using var world = await QueuedAsync(step);
        world.Relay.Script.On(step, IsAnnounced).Reply("421 4.3.2 closing").Close();

        await StartAnnouncingAsync(world);

        await ShouldGiveEachReaderOneCopyAsync(world);
        wasAnnounced.ShouldBeTrue();
    }

    [Theory]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    [InlineData(SmtpStep.Body)]
    public async Task E5_E9_a_relay_that_falls_silent_at_what_is_announced_costs_time_and_nothing_else(SmtpStep step)
    {
        await using var world = await QueuedAsync(step, ("Digest:Smtp:TimeoutSeconds", "10"));
        world.Relay.Script.On(step, IsAnnounced).WaitFor(new TaskCompletionSource().Task);

        await StartAnnouncingAsync(world);

        await ShouldGiveEachReaderOneCopyAsync(world);
        wasAnnounced.ShouldBeTrue();
    }

    private bool IsAnnounced(SmtpMoment moment)
    {
        var announced = moment is { Connection: 1, Message: 2 };
        wasAnnounced |= announced;
        return announced;
    }

    private static async Task<SendingWorld> QueuedAsync(SmtpStep step, params (string Name, string Value)[] settings)
    {
        // A body that is lost before its dot must be larger than the buffers on its way, and few of those are enough.
        var world = await SendingWorld.QueuedAsync(readers: step == SmtpStep.Body ? 5 : 8, settings: settings);
        if (step == SmtpStep.Body)
        {
            await LargeIssue.FreezeAsync(world);
        }

        return world;
    }

    /// <summary>
    /// With so many waiting, the first message announces the second: the relay gives it a thousand round trips in which to be
    /// composed. They take little of the clock, by which others get what a silent connection holds for five seconds.
    /// </summary>
    private static async Task<SendingService> StartAnnouncingAsync(SendingWorld world)
    {
        var step = TimeSpan.FromMilliseconds(1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(SmtpStep.Data, moment => moment is { Connection: 1, Message: 1 }).WaitFor(gate.Task);
        var worker = await world.StartWorkerAsync();
        await world.UntilAsync(
            async () => await world.Ledger.Database.ScalarAsync<bool>("select exists (select from digest.deliveries where begun_at is not null)"), step);
        var later = world.Ledger.Time.GetUtcNow() + (1000 * step);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() >= later), step);
        gate.SetResult();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots > 0), step);
        return worker;
    }

    private static async Task ShouldGiveEachReaderOneCopyAsync(SendingWorld world)
    {
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(world.Ledger.Readers.Count);
        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        world.Relay.Dots.ShouldBe(world.Ledger.Readers.Count);
        (await world.Ledger.Database.ScalarAsync<int>("select max(attempts) from digest.deliveries")).ShouldBe(0);
    }
}
