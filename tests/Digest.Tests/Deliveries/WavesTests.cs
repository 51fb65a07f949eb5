using Digest.Deliveries;
using Digest.Issues;
using Digest.Smtp;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>The newsletter's hour in each reader's own zone, once a week.</summary>
public sealed class WavesTests
{
    private const string Auckland = "Pacific/Auckland";
    private const string Honolulu = "Pacific/Honolulu";

    /// <summary>Seven o'clock on Monday, 2 March 2026 in Auckland, and in Honolulu.</summary>
    private static readonly DateTimeOffset First = new(2026, 3, 1, 18, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Last = new(2026, 3, 2, 17, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_row_is_due_and_expires_and_is_dated_by_its_reader_s_hour()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await ArrangeAsync(world, null, Auckland, Honolulu);

        await world.QueueAsync(Stop);

        var rows = new[] { await world.RowAsync(0), await world.RowAsync(1), await world.RowAsync(2) };
        rows.Select(row => row.DueAt).ShouldBe([LedgerWorld.Monday, First, Last]);
        rows.ShouldAllBe(row => row.ExpiresAt == row.DueAt.AddHours(world.Newsletter.Schedule.ExpiryHours));
        // The first wave is the instant of queueing, which dates the mail anyway.
        rows.Select(row => row.DatedAt).ShouldBe([LedgerWorld.Monday, null, Last]);
    }

    [Fact]
    public async Task Without_the_setting_and_by_an_operator_s_hand_everybody_is_due_at_once()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await ArrangeAsync(world, Auckland, Honolulu);

        await world.Get<QueueIssue>().RunAsync(world.Issue.Id, byHand: true, Stop);

        (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries where due_at = $1", First)).ShouldBe(2);
        await world.Database.ExecuteAsync("update digest.newsletters set schedule = schedule || '{\"readersHour\": false}'");
        var next = await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));
        await world.Get<QueueIssue>().RunAsync(next.Id, Stop);
        (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries where due_at = $1", First)).ShouldBe(4);
    }

    [Fact]
    public async Task Nothing_reaches_the_relay_before_a_reader_s_hour_and_each_mail_bears_it_as_its_date()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 3, arrange: ledger => ArrangeAsync(ledger, null, Auckland, Honolulu));

        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 1);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() > LedgerWorld.Monday.AddMinutes(-1)), TimeSpan.FromSeconds(20));
        world.Recipients.ShouldBe([world.Ledger.Readers[1].Address]);
        await world.UntilCountAsync(DeliveryState.Accepted, 2);
        await world.UntilAsync(() => Task.FromResult(world.Ledger.Time.GetUtcNow() > Last.AddMinutes(-1)), TimeSpan.FromSeconds(20));
        world.Recipients.ShouldBe([world.Ledger.Readers[1].Address, world.Ledger.Readers[0].Address]);
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent);

        world.Ledger.Readers.Select(reader => world.MessageTo(reader.Address).Date).ShouldBe([LedgerWorld.Monday, First, Last]);
    }

    [Fact]
    public async Task Who_moves_between_the_zones_gets_one_mail_a_week()
    {
        await using var world = await SendingWorld.QueuedAsync(readers: 2, arrange: ledger => ArrangeAsync(ledger, Auckland, Honolulu));
        await world.StartWorkerAsync();
        await world.UntilCountAsync(DeliveryState.Accepted, 1);

        await MoveAsync(world.Ledger, Honolulu, Auckland);
        await world.Ledger.QueueAsync(Stop);
        await world.UntilAsync(async () => (await world.Ledger.IssueAsync()).State == IssueState.Sent, TimeSpan.FromSeconds(20));

        world.Recipients.ShouldBe(world.Ledger.Readers.Select(reader => reader.Address));
        var next = await world.Ledger.Database.IssueAsync(world.Ledger.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));
        world.Ledger.Time.SetUtcNow(First.AddDays(7));
        await world.Ledger.Get<QueueIssue>().RunAsync(next.Id, Stop);
        (await world.Ledger.Database.ScalarAsync<DateTime>(
            "select due_at from digest.deliveries where issue_id = $1 and subscriber_id = $2", next.Id, world.Ledger.Readers[0].Id)).ShouldBe(Last.AddDays(7).UtcDateTime);
    }

    [Fact]
    public async Task A_zone_that_this_machine_does_not_know_counts_as_none_and_is_told()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await ArrangeAsync(world, "Mars/Olympus_Mons", Auckland);

        await world.QueueAsync(Stop);

        (await world.RowAsync(0)).DueAt.ShouldBe(LedgerWorld.Monday);
        (await world.OpenAlertsAsync()).ShouldBe([ReadersHours.UnknownZones]);
        await MoveAsync(world, Honolulu, Auckland);
        var next = await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7));
        await world.Get<QueueIssue>().RunAsync(next.Id, Stop);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pause_that_ends_before_the_reader_s_hour_costs_no_issue()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await ArrangeAsync(world, Honolulu, Honolulu);
        await world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", world.Readers[0].Id, Last.AddHours(-1));
        await world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", world.Readers[1].Id, Last.AddHours(1));

        var result = await world.QueueAsync(Stop);

        result.Queued.ShouldBe(1);
        result.Excluded.ShouldBe(new Dictionary<ExclusionReason, int> { [ExclusionReason.Paused] = 1 });
        (await world.StateAsync()).ShouldBe(DeliveryState.Queued);
    }

    /// <summary>The hour is the readers own, in these zones, and it is seven in Auckland.</summary>
    private static async Task ArrangeAsync(LedgerWorld world, params string?[] zones)
    {
        await world.ScheduleAsync(schedule => schedule with { ReadersHour = true });
        await MoveAsync(world, zones);
        world.Time.AdjustTime(First);
    }

    private static async Task MoveAsync(LedgerWorld world, params string?[] zones)
    {
        await using var context = world.Database.NewContext();
        for (var i = 0; i < zones.Length; i++)
        {
            (await context.Subscribers.SingleAsync(s => s.Id == world.Readers[i].Id, Stop)).TimeZone = zones[i];
        }

        await context.SaveChangesAsync(Stop);
    }
}
