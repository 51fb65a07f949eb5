using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Smtp;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>What a recipient's domain or a relay takes is what it gets from all workers together, counted by the relay.</summary>
public sealed class LimitsTests
{
    private const string Domain = "example.com";

    [Fact]
    public async Task Two_workers_together_never_have_more_transactions_open_for_a_domain_than_it_takes_and_the_others_do_not_wait_for_it()
    {
        const int limited = 30, others = 30;
        await using var world = await SendingWorld.QueuedAsync(
            limited + others, connections: 4,
            arrange: ledger => ledger.Database.ExecuteAsync("""
                update digest.subscribers
                set address = replace(address, 'example.com', 'example.org'), address_key = replace(address_key, 'example.com', 'example.org')
                where id % 2 = 0
                """),
            settings: [($"Digest:Sending:Domains:{Domain}:Connections", "2"), ("Digest:Sending:BatchSize", "10")]);
        var most = CountOpen(world);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Relay.Script.On(SmtpStep.Dot, IsLimited).WaitFor(gate.Task);

        await world.StartWorkerAsync();
        await world.StartWorkerAsync(world.Ledger.NewServices());
        await world.UntilAsync(async () => most() > 2 || await world.CountAsync(DeliveryState.Accepted) == others);
        await world.BeatsAsync();
        most().ShouldBe(2);
        world.Heard($"@{Domain}>").ShouldBe(2, "both wait for their reply");
        gate.SetResult();
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        most().ShouldBe(2);
        world.Recipients.Distinct().Count().ShouldBe(limited + others);
        world.Relay.Dots.ShouldBe(limited + others);
    }

    [Theory]
    [InlineData($"Digest:Sending:Domains:{Domain}:MessagesPerMinute")]
    [InlineData("Digest:Smtp:MessagesPerMinute")]
    public async Task D4_a_message_a_minute_is_one_however_often_the_worker_is_restarted_and_whatever_its_clock_says(string limit)
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3, connections: 2, settings: (limit, "1"));
        var worker = await world.StartWorkerAsync();
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots > 0));

        for (var restart = 0; restart < 2; restart++)
        {
            await world.StopAsync(worker);
            worker = await world.StartWorkerAsync(world.Ledger.NewServices());
            await world.BeatsAsync(seconds: 70, TimeSpan.FromSeconds(1));
            world.Relay.Dots.ShouldBe(1);
        }

        await world.Ledger.PassForLimitsAsync(TimeSpan.FromMinutes(1));
        await world.UntilAsync(() => Task.FromResult(world.Relay.Dots > 1));
        await world.BeatsAsync(seconds: 70, TimeSpan.FromSeconds(1));
        world.Relay.Dots.ShouldBe(2);
    }

    private static bool IsLimited(SmtpMoment moment) => moment.Recipient!.EndsWith($"@{Domain}", StringComparison.Ordinal);

    /// <summary>A transaction is open from its recipient on until the relay has kept its message, which is before the reply.</summary>
    /// <returns>The most that were open at once.</returns>
    private static Func<int> CountOpen(SendingWorld world)
    {
        var (asked, most) = (0, 0);
        world.Relay.Script.On(SmtpStep.Recipient, moment =>
        {
            if (IsLimited(moment))
            {
                most = Math.Max(most, ++asked - world.Recipients.Count(recipient => recipient.EndsWith($"@{Domain}", StringComparison.Ordinal)));
            }

            return false;
        });
        return () => most;
    }
}
