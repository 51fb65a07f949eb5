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

    private static Task AssembledAsync(LedgerWorld world, int minutesAgo) =>
        world.Database.ExecuteAsync("update digest.issues set assembled_at = $1", world.Time.GetUtcNow().AddMinutes(-minutesAgo));

    /// <returns>Rehearsals so far.</returns>
    private static async Task<long> RunAsync(LedgerWorld world)
    {
        await ActivatorUtilities.CreateInstance<RehearseWeek>(world.Services).RunAsync(world.Newsletter.Id, Stop);
        return await world.Database.ScalarAsync<long>("select count(*) from digest.rehearsals");
    }
}
