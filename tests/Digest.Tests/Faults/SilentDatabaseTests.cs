using Digest.Deliveries;
using Digest.Smtp;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>The way to PostgreSQL is lost, and nobody says so.</summary>
public sealed class SilentDatabaseTests
{
    [Fact]
    public async Task A_worker_that_stops_meanwhile_stops_in_good_order()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2);
        await using var door = new DatabaseDoor(world.Ledger.Database);
        await using var services = TestServices.Build(
            world.Ledger.Database, world.Ledger.Time, world.Ledger.SmtpPort,
            new Dictionary<string, string?> { ["ConnectionStrings:Digest"] = door.ConnectionString });
        var worker = await world.StartWorkerAsync(services);
        await world.UntilCountAsync(DeliveryState.Accepted, 2);

        await door.ShutAsync();
        // No connection of before is left to be found broken.
        await world.UntilAsync(() => Task.FromResult(door.Silent > 0));
        var stopping = worker.StopAsync(CancellationToken.None);
        await world.UntilAsync(() => Task.FromResult(stopping.IsCompleted));

        worker.ExecuteTask!.Status.ShouldBe(TaskStatus.RanToCompletion);
    }
}
