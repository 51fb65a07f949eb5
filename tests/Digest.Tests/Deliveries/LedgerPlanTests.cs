using Digest.Deliveries;
using Npgsql;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>
/// What every heartbeat asks of a ledger, planned by the statistics of its queueing, which say that every row waits: a look through
/// the table would read a million settled rows once the issue has gone out.
/// </summary>
public sealed class LedgerPlanTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whether_anything_waits_and_whether_an_issue_is_sent_is_looked_up_in_the_indexes_of_open_rows()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 500);
        await world.QueueAsync(Stop);
        var partition = $"deliveries_{world.Issue.Id}";

        var waiting = await PlanAsync(world, $"select {SettleUnsent.AnyWaiting(world.Issue.Id)}");
        var complete = await PlanAsync(world, SweepLedger.Complete(world.Issue.Id));

        waiting.ShouldNotContain($"Seq Scan on {partition}");
        waiting.ShouldContain("due_at_subscriber_id");
        complete.ShouldNotContain($"Seq Scan on {partition}");
        complete.ShouldContain("due_at_subscriber_id");
        complete.ShouldContain("claimed_by");
    }

    private static async Task<string> PlanAsync(LedgerWorld world, string statement)
    {
        await using var command = world.Database.DataSource.CreateCommand($"explain {statement}");
        command.Parameters.AddWithValue("now", world.Time.GetUtcNow());
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Stop);
        while (await reader.ReadAsync(Stop))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
