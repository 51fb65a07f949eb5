using Digest.Deliveries;
using Digest.Tests.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shouldly;
using Xunit;

namespace Digest.Tests.Data;

/// <summary>Migrations that move rows, on a database that has some.</summary>
public sealed class MigrationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exclusions_of_an_issue_whose_deliveries_were_dropped_become_totals_and_others_stay()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.UnsubscribeAsync(0);
        await world.QueueAsync(Stop);
        var next = await TestKit.Seed.IssueAsync(world.Database, world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));
        await world.Get<QueueIssue>().RunAsync(next.Id, byHand: true, Stop);
        await world.Database.ExecuteAsync("update digest.issues set ledger_dropped_at = now() where id = $1", world.Issue.Id);

        await MigrateAsync(world, "DoubtsSentAgain");
        await MigrateAsync(world, target: null);

        (await world.Database.ScalarAsync<long>("select issue_id from digest.exclusions")).ShouldBe(next.Id);
        foreach (var issue in (long[])[world.Issue.Id, next.Id])
        {
            (await world.Get<IssueProgress>().ReadAsync(issue, Stop)).Excluded
                .ShouldBe(new Dictionary<ExclusionReason, int> { [ExclusionReason.Unsubscribed] = 1 });
        }
    }

    /// <param name="world">Its database.</param>
    /// <param name="target">Forth or back to this migration; the latest when left out.</param>
    private static async Task MigrateAsync(LedgerWorld world, string? target)
    {
        await using var context = world.Database.NewContext();
        await context.GetService<IMigrator>().MigrateAsync(target, Stop);
    }
}
