using Digest.Issues;
using Digest.Schedule;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>Everything happens twice, at the same time (checklist I5).</summary>
public sealed class TwiceAtOnceTests
{
    [Fact]
    public async Task I5_two_workers_and_the_queue_job_fired_twice_make_one_row_and_one_mail_for_each_reader()
    {
        await using var world = await SendingWorld.ApprovedAsync(
            await TestDatabase.CreateAsync(), LedgerWorld.Monday, readers: 150, connections: 3, settings: ("Digest:Sending:BatchSize", "10"));
        var (one, other) = (world.Ledger.Services, world.Ledger.NewServices());
        await world.StartWorkerAsync(one);
        await world.StartWorkerAsync(other);

        await Task.WhenAll(QueueAsync(world, one), QueueAsync(world, other));
        await world.UntilAsync(
            async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent, step: TimeSpan.FromMilliseconds(5));

        (await world.Ledger.Database.ScalarAsync<long>("select count(*) from digest.deliveries")).ShouldBe(150);
        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address), ignoreOrder: true);
        world.Relay.Dots.ShouldBe(150);
    }

    private static Task QueueAsync(SendingWorld world, ServiceProvider services) =>
        services.GetRequiredService<RunWeek>().QueueAsync(world.Ledger.Newsletter.Id, TestContext.Current.CancellationToken);
}
