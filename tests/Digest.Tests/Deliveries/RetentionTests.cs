using Digest.Deliveries;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Rows of issues that ended long ago are dropped; what they add up to stays.</summary>
public sealed class RetentionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rows_go_and_the_figures_stay()
    {
        await using var world = await EndedAsync();
        await ExcludeAsync(world, "paused", readers: 3);
        var before = await world.Get<IssueProgress>().ReadAsync(world.Issue.Id, Stop);
        world.Time.Advance(TimeSpan.FromDays(401));

        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(1);
        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(0);

        (await TableAsync(world)).ShouldBeNull();
        var after = await world.Get<IssueProgress>().ReadAsync(world.Issue.Id, Stop);
        after.ByState.ShouldBe(before.ByState, ignoreOrder: true);
        after.Excluded.ShouldBe(before.Excluded, ignoreOrder: true);
        after.Excluded.ShouldBe(new Dictionary<ExclusionReason, int> { [ExclusionReason.Unsubscribed] = 1, [ExclusionReason.Paused] = 3 }, ignoreOrder: true);
        after.Candidates.ShouldBe(8);
        (await ExclusionsAsync(world)).ShouldBe(0);
        (await world.IssueAsync()).LedgerDroppedAt.ShouldBe(world.Time.GetUtcNow());
        (await world.Get<DeliverySearch>().FindAsync(world.Issue.Id, "", null, 1, 10, Stop)).Total.ShouldBe(0);
        (await world.Get<LateEvidence>().RunAsync(world.KeyOf(world.Readers[1]), Evidence.Bounce, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_new_issue_is_queued_beside_what_was_dropped()
    {
        await using var world = await EndedAsync();
        world.Time.Advance(TimeSpan.FromDays(401));
        await world.Get<DropOldLedgers>().RunAsync(Stop);
        var next = await TestKit.Seed.IssueAsync(world.Database, world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));

        (await world.Get<QueueIssue>().RunAsync(next.Id, byHand: true, Stop)).Queued.ShouldBe(4);
    }

    [Fact]
    public async Task The_exclusions_of_a_younger_issue_stay()
    {
        await using var world = await EndedAsync();
        world.Time.Advance(TimeSpan.FromDays(394));
        var next = await TestKit.Seed.IssueAsync(world.Database, world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));
        await world.Get<QueueIssue>().RunAsync(next.Id, byHand: true, Stop);
        world.Time.Advance(TimeSpan.FromDays(7));

        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(1);

        (await world.Database.ScalarAsync<long>("select issue_id from digest.exclusions")).ShouldBe(next.Id);
        (await world.Get<IssueProgress>().ReadAsync(next.Id, Stop)).Excluded.ShouldBe(new Dictionary<ExclusionReason, int> { [ExclusionReason.Unsubscribed] = 1 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("update digest.deliveries set state = 'queued' where subscriber_id = (select min(subscriber_id) from digest.deliveries)")]
    [InlineData("update digest.deliveries set settled_at = now() + interval '100 years' where state = 'in_doubt'")]
    [InlineData("update digest.issues set state = 'sending'")]
    [InlineData("update digest.issues set state = 'paused'")]
    public async Task They_stay_while_they_are_young_open_or_freshly_in_doubt(string still)
    {
        await using var world = await EndedAsync();
        world.Time.Advance(TimeSpan.FromDays(still.Length == 0 ? 399 : 401));
        if (still.Length > 0)
        {
            await world.Database.ExecuteAsync(still);
        }

        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(0);

        (await TableAsync(world)).ShouldNotBeNull();
        (await ExclusionsAsync(world)).ShouldBe(1);
        (await world.Database.ScalarAsync<long>("select count(*) from digest.ledger_totals")).ShouldBe(0);
    }

    [Fact]
    public async Task A_cancelled_issue_whose_rows_are_gone_is_not_swept_any_more()
    {
        await using var world = await EndedAsync(("Digest:Sending:KeepLedgerDays", "7"));
        await world.Database.ExecuteAsync("update digest.issues set state = 'cancelled'");
        world.Time.Advance(TimeSpan.FromDays(8));
        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(1);

        (await world.Get<SweepLedger>().ExpireAsync(Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task Nought_keeps_them_for_ever()
    {
        await using var world = await EndedAsync(("Digest:Sending:KeepLedgerDays", "0"));
        world.Time.Advance(TimeSpan.FromDays(4000));

        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_in_use_is_left_for_the_next_run()
    {
        await using var world = await EndedAsync();
        world.Time.Advance(TimeSpan.FromDays(401));
        await using (var reading = await world.Database.DataSource.OpenConnectionAsync(Stop))
        await using (var transaction = await reading.BeginTransactionAsync(Stop))
        {
            await using var read = new Npgsql.NpgsqlCommand("select count(*) from digest.deliveries", reading, transaction);
            await read.ExecuteScalarAsync(Stop);
            (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(0);
        }

        (await world.Database.ScalarAsync<long>("select count(*) from digest.ledger_totals")).ShouldBe(0);
        (await ExclusionsAsync(world)).ShouldBe(1);
        (await world.Get<DropOldLedgers>().RunAsync(Stop)).ShouldBe(1);
    }

    /// <summary>Four rows, one of them in doubt, and one reader excluded; sent on Monday.</summary>
    private static async Task<LedgerWorld> EndedAsync(params (string Name, string Value)[] settings)
    {
        var world = await LedgerWorld.CreateAsync(readers: 5, settings: settings);
        await world.UnsubscribeAsync(0);
        await world.QueueAsync(Stop);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'accepted', settled_at = $1", LedgerWorld.Monday);
        await world.Database.ExecuteAsync("update digest.deliveries set state = 'in_doubt' where subscriber_id = $1", world.Readers[1].Id);
        (await world.Get<SweepLedger>().CompleteAsync(Stop)).ShouldBe([world.Issue.Id]);
        return world;
    }

    /// <summary>More readers who got no delivery of the issue.</summary>
    private static Task ExcludeAsync(LedgerWorld world, string reason, int readers) => world.Database.ExecuteAsync(
        "insert into digest.exclusions (issue_id, subscriber_id, reason) select $1, -n, $2 from generate_series(1, $3) n", world.Issue.Id, reason, readers);

    private static Task<long> ExclusionsAsync(LedgerWorld world) => world.Database.ScalarAsync<long>("select count(*) from digest.exclusions");

    private static Task<string?> TableAsync(LedgerWorld world) =>
        world.Database.ScalarAsync<string>("select to_regclass($1)::text", $"digest.deliveries_{world.Issue.Id}");
}
