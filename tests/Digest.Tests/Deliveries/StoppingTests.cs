using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Somebody says stop while a message waits for its reply.</summary>
public sealed class StoppingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E8_a_stopping_worker_waits_for_open_replies_and_gives_back_the_rest()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 10, connections: 3);
        var reply = Hold(world);
        var worker = await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 3));

        var stopping = worker.StopAsync(CancellationToken.None);
        stopping.IsCompleted.ShouldBeFalse();
        reply.SetResult();
        await world.ComesAsync(stopping);

        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(3);
        (await world.CountAsync(DeliveryState.Queued)).ShouldBe(7);
        (await world.CountAsync(DeliveryState.InDoubt)).ShouldBe(0);
        (await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.sending_workers where stopped_at is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_that_cannot_be_recorded_for_whatever_reason_is_one_all_the_same()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        var closed = NpgsqlDataSource.Create(world.Ledger.Database.ConnectionString);
        await closed.DisposeAsync();
        await using var services = TestServices.Build(
            world.Ledger.Database, world.Ledger.Time, world.Ledger.SmtpPort,
            configure: services => services.AddSingleton(provider => new ReleaseClaims(
                closed, provider.GetRequiredService<SuppressionSql>(), provider.GetRequiredService<TimeProvider>())));
        var worker = await world.StartWorkerAsync(services);
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        await world.StopAsync(worker);

        worker.ExecuteTask!.Status.ShouldBe(TaskStatus.RanToCompletion);
    }

    [Fact]
    public async Task B10_whoever_leaves_after_the_claim_gets_nothing()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 4);
        var reply = Hold(world, times: 1);
        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 1));
        await world.UntilCountAsync(DeliveryState.Claimed, 4);
        var begun = await BegunReaderAsync(world);

        foreach (var reader in Enumerable.Range(0, 4).Where(i => world.Ledger.Readers[i].Id != begun))
        {
            await world.Ledger.UnsubscribeAsync(reader);
        }

        reply.SetResult();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        (await world.CountAsync(DeliveryState.Suppressed)).ShouldBe(3);
        world.Relay.Dots.ShouldBe(1);
        world.Recipients.Count.ShouldBe(1);
        // An envelope may be on its way when its mark is refused; the lane's next ones wait for theirs.
        world.Heard("RCPT TO").ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_pause_takes_effect_within_one_message_a_lane_and_a_resume_goes_on()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6, connections: 2);
        var reply = Hold(world, times: 2);
        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 2));
        var controls = world.Ledger.Get<IssueControls>();

        await controls.PauseAsync(world.Ledger.Issue.Id, "a wrong link", Stop);
        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Queued, 4);
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        world.Relay.Dots.ShouldBe(2);

        await controls.ResumeAsync(world.Ledger.Issue.Id, Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, 6);
        world.Recipients.Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public async Task A_cancel_sends_nothing_more_and_the_open_message_gets_its_reply()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 6);
        var reply = Hold(world, times: 1);
        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 1));

        (await world.Ledger.Get<IssueControls>().CancelAsync(world.Ledger.Issue.Id, "operator@example.com", Stop)).ShouldBe((5, 1));
        reply.SetResult();
        await world.UntilCountAsync(DeliveryState.Accepted, 1);

        (await world.CountAsync(DeliveryState.Cancelled)).ShouldBe(5);
        world.Relay.Dots.ShouldBe(1);
    }

    [Fact]
    public async Task A_slow_down_takes_effect_within_one_message_a_lane_and_other_issues_go_on()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 12, connections: 2);
        var reply = Hold(world, times: 2);
        await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots == 2));

        await world.Ledger.Get<IssueControls>().SlowAsync(world.Ledger.Issue.Id, 1, "operator@example.com", Stop);
        reply.SetResult();
        // Two were begun, one is what the new pace allows at once.
        await world.UntilCountAsync(DeliveryState.Accepted, 3);
        await world.QueueNextAsync(readers: 0);
        await world.UntilAsync(async () => await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries where state = 'accepted'") == 15);
        (await world.CountAsync(DeliveryState.Accepted)).ShouldBe(3);
        world.Relay.Dots.ShouldBe(15);

        await world.Ledger.Database.ExecuteAsync("update digest.send_budgets set refilled_at = refilled_at - interval '1 minute'");
        await world.UntilCountAsync(DeliveryState.Accepted, 4);
        await world.Ledger.Get<IssueControls>().SlowAsync(world.Ledger.Issue.Id, null, "operator@example.com", Stop);
        await world.UntilCountAsync(DeliveryState.Accepted, 12);
        world.Relay.Dots.ShouldBe(24);
    }

    private static TaskCompletionSource Hold(SendingWorld world, int? times = null)
    {
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rule = world.Relay.Script.On(SmtpStep.Dot).WaitFor(reply.Task);
        if (times is { } some)
        {
            rule.Times(some);
        }

        return reply;
    }

    private static Task<long> BegunReaderAsync(SendingWorld world) =>
        world.Ledger.Database.ScalarAsync<long>("select subscriber_id from digest.deliveries where begun_at is not null");
}
