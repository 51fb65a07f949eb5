using Digest.Issues;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>What every other test stands on.</summary>
public sealed class TestDatabaseTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_database_is_migrated_and_alone()
    {
        await using var first = await TestDatabase.CreateAsync();
        await using var second = await TestDatabase.CreateAsync();

        await first.NewsletterAsync();

        await using var context = second.NewContext();
        (await context.Database.GetPendingMigrationsAsync(Cancelled)).ShouldBeEmpty();
        (await context.Newsletters.CountAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task Seeded_rows_are_whole()
    {
        await using var database = await TestDatabase.CreateAsync();
        var newsletter = await database.NewsletterAsync();
        var story = await database.StoryAsync(newsletter.Id, "one", Seed.CreatedAt);
        var subscribers = await database.SubscribersAsync(newsletter.Id, 2);
        var left = await database.SubscribersAsync(newsletter.Id, 1, SubscriberState.Unsubscribed);
        var issue = await database.IssueAsync(newsletter.Id, new Week(new DateOnly(2026, 3, 2)), Seed.CreatedAt.AddDays(60));
        await database.LedgerAsync(issue.Id);
        await database.ExecuteAsync(
            """
            insert into digest.deliveries (issue_id, subscriber_id, state, variant, due_at, expires_at, attempts)
            values ($1, $2, 'in_doubt', '', now(), now(), 0)
            """,
            issue.Id, subscribers[0].Id);

        left.ShouldHaveSingleItem().Address.ShouldBe("reader-3@example.com");
        (await database.StateAsync(issue.Id, subscribers[0].Id)).ShouldBe(DeliveryState.InDoubt);
        (await database.ScalarAsync<long>("select count(*) from digest.story_sources where story_id = $1", story.Id)).ShouldBe(3);
        (await database.ScalarAsync<bool>("select approved_hash = sha256 from digest.issues join digest.issue_contents on issue_id = issues.id")).ShouldBeTrue();
    }

    [Fact]
    public async Task Hangfire_is_there_when_asked_for()
    {
        await using var database = await TestDatabase.CreateAsync(withHangfire: true);

        (await database.ScalarAsync<long>("select count(*) from hangfire.job")).ShouldBe(0);
    }

    [Fact]
    public async Task An_empty_database_is_empty()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        (await database.ScalarAsync<long>("select count(*) from information_schema.schemata where schema_name = 'digest'")).ShouldBe(0);
    }
}
