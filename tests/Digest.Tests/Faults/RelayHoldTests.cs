using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>A relay that asks to slow down (4.7.28) asks all workers, and those that come after them.</summary>
public sealed class RelayHoldTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D5_a_worker_that_is_restarted_waits_out_the_ten_minutes()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3);
        world.Relay.Script.On(SmtpStep.Mail).Reply("421 4.7.28 unusual rate").Close().Times(1);
        var first = await world.StartWorkerAsync();
        await world.UntilAsync(async () => world.Heard("MAIL FROM") == 1 && await world.CountAsync(DeliveryState.Queued) == 3);
        await world.StopAsync(first);

        await world.StartWorkerAsync(world.Ledger.NewServices());
        await ShouldHoldThenSendAsync(world, heard: 1);
    }

    [Fact]
    public async Task D5_a_worker_that_runs_holds_what_another_was_told()
    {
        await using var world = await SendingWorld.ApprovedAsync(await TestDatabase.CreateAsync(), LedgerWorld.Monday, readers: 3);
        await world.StartWorkerAsync();
        await world.BeatsAsync(seconds: 60);
        await world.Ledger.Database.ExecuteAsync(
            "insert into digest.send_budgets (key, tokens, refilled_at) values ('relay:main:hold', 0, clock_timestamp() + interval '10 minutes')");
        await world.BeatsAsync(seconds: 60);

        await world.Ledger.QueueAsync(Stop);
        await ShouldHoldThenSendAsync(world, heard: 0);
    }

    [Fact]
    public async Task D5_after_a_hold_all_workers_together_have_one_connection_and_one_more_each_minute()
    {
        await using var world = await SendingWorld.ApprovedAsync(
            await TestDatabase.CreateAsync(), LedgerWorld.Monday, readers: 400, connections: 4,
            settings: [("Digest:Smtp:TimeoutSeconds", "600"), ("Digest:Smtp:MessagesPerConnection", "1000"), ("Digest:Sending:BatchSize", "10")]);
        await world.StartWorkerAsync();
        await world.StartWorkerAsync(world.Ledger.NewServices());
        // Less what passes until they know of it.
        var over = world.Ledger.Time.GetUtcNow() + TimeSpan.FromMinutes(3) - TimeSpan.FromSeconds(30);
        await world.Ledger.Database.ExecuteAsync(
            "insert into digest.send_budgets (key, tokens, refilled_at) values ('relay:main:hold', 0, clock_timestamp() + interval '3 minutes')");
        await world.BeatsAsync();
        var seen = new List<(DateTimeOffset At, int Open)>();
        world.Relay.Script.On(SmtpStep.Ehlo, _ =>
        {
            lock (seen)
            {
                seen.Add((world.Ledger.Time.GetUtcNow(), world.Relay.OpenConnections));
            }

            return false;
        });
        // Connections that are open stay open: none ends before all are there.
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(SmtpStep.Dot, _ => world.Relay.Dots > 20).WaitFor(reply.Task);

        await world.Ledger.QueueAsync(Stop);
        await world.UntilAsync(
            () => Task.FromResult(world.Relay.OpenConnections == 8 || world.Ledger.Time.GetUtcNow() > over.AddMinutes(30)), TimeSpan.FromMilliseconds(100));
        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 400);

        seen.ShouldAllBe(moment => moment.Open <= 1 + (int)(moment.At - over).TotalMinutes);
        seen.Select(moment => moment.Open).Max().ShouldBe(8);
        world.Recipients.Distinct().Count().ShouldBe(400);
    }

    private static async Task ShouldHoldThenSendAsync(SendingWorld world, int heard)
    {
        var until = world.Ledger.Time.GetUtcNow().AddMinutes(6);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() >= until), TimeSpan.FromSeconds(5));
        await world.BeatsAsync(seconds: 60);
        world.Heard("MAIL FROM").ShouldBe(heard);

        await world.UntilAsync(async () => await world.CountAsync(DeliveryState.Accepted) == 3, TimeSpan.FromSeconds(1));
    }
}
