using Digest.Deliveries;
using Digest.Issues;
using Digest.Schedule;
using Digest.TestKit;
using Digest.Tests.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Schedule;

/// <summary>Every content that waits for its Monday is rehearsed once, when it has settled.</summary>
public sealed class RehearseWeekTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_content_is_rehearsed_once_some_minutes_after_it_was_assembled()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await AssembledAsync(world, minutesAgo: 4);
        (await RunAsync(world)).ShouldBe(0);

        world.Time.Advance(TimeSpan.FromMinutes(1));
        (await RunAsync(world)).ShouldBe(1);
        (await RunAsync(world)).ShouldBe(1);

        await world.Database.ExecuteAsync("update digest.issue_contents set sha256 = $1", new byte[32]);
        (await RunAsync(world)).ShouldBe(2);
    }

    [Fact]
    public async Task What_failed_for_every_reader_is_rehearsed_until_it_is_mended_and_then_the_policy_sends()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await AssembledAsync(world, minutesAgo: 5);
        await world.Database.ExecuteAsync("update digest.issues set state = 'assembled', approved_at = null, approved_by = null, approved_hash = null");
        // As a key that is missing: it meets every reader, and mending it leaves the content as it is.
        await SenderAsync(world, "signal.exämple.com");
        (await RunAsync(world)).ShouldBe(1);
        (await RunAsync(world)).ShouldBe(2);
        await world.Get<RunWeek>().QueueAsync(world.Newsletter.Id, Stop);
        (await world.OpenAlertsAsync()).ShouldBe([RehearseAlerts.Failed, WeekAlerts.Refused], ignoreOrder: true);
        (await world.Database.ScalarAsync<string>("select message from digest.alerts where kind = $1", WeekAlerts.Refused))!.ShouldContain("`digest rehearse`");

        await SenderAsync(world, "signal.example.com");
        world.Time.Advance(TimeSpan.FromMinutes(10));
        (await RunAsync(world)).ShouldBe(3);
        (await RunAsync(world)).ShouldBe(3);
        await world.Get<RunWeek>().QueueAsync(world.Newsletter.Id, Stop);

        (await world.IssueAsync()).State.ShouldBe(IssueState.Sending);
        (await world.OpenAlertsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(IssueState.Skipped)]
    [InlineData(IssueState.Missed)]
    [InlineData(IssueState.Cancelled)]
    [InlineData(IssueState.Sending)]
    [InlineData(IssueState.Sent)]
    public async Task What_does_not_wait_for_its_Monday_is_not_rehearsed(IssueState state)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.Database.ExecuteAsync("delete from digest.issues");
        await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week, LedgerWorld.Monday, state);

        (await RunAsync(world)).ShouldBe(0);
    }

    [Fact]
    public async Task What_somebody_else_rehearses_is_left_to_them()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await using var connection = await world.Database.DataSource.OpenConnectionAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = $"select pg_advisory_lock(hashtextextended('rehearse', {world.Issue.Id}))";
        await command.ExecuteNonQueryAsync(Stop);

        (await RunAsync(world)).ShouldBe(0);
    }

    private static Task SenderAsync(LedgerWorld world, string listId)
    {
        world.Newsletter.Sender = world.Newsletter.Sender with { ListId = listId };
        return world.PolicyAsync(policy => policy);
    }

    private static Task AssembledAsync(LedgerWorld world, int minutesAgo) =>
        world.Database.ExecuteAsync("update digest.issues set assembled_at = $1", world.Time.GetUtcNow().AddMinutes(-minutesAgo));

    /// <returns>Rehearsals so far.</returns>
    private static async Task<long> RunAsync(LedgerWorld world)
    {
        await ActivatorUtilities.CreateInstance<RehearseWeek>(world.Services).RunAsync(world.Newsletter.Id, Stop);
        return await world.Database.ScalarAsync<long>("select count(*) from digest.rehearsals");
    }
}
