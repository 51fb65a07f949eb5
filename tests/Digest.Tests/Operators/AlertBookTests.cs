using Digest.Issues;
using Digest.Operators;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Operators;

public sealed class AlertBookTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Monday);
    private TestDatabase database = null!;
    private ServiceProvider services = null!;

    private AlertBook Book => services.GetRequiredService<AlertBook>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        services = TestServices.Build(database, time);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task An_alert_says_what_happened_and_what_to_do()
    {
        var newsletter = await database.NewsletterAsync();
        var issue = await database.IssueAsync(newsletter.Id, new Week(new DateOnly(2026, 11, 23)), Monday);

        await Book.RaiseAsync("issue-missed", newsletter.Id, issue.Id, "The send came 13 hours late.", "Queue it, or leave it.", Token);

        var alert = (await Book.OpenAsync(Token)).ShouldHaveSingleItem();
        alert.Kind.ShouldBe("issue-missed");
        alert.IssueId.ShouldBe(issue.Id);
        alert.Message.ShouldBe("The send came 13 hours late.");
        alert.NextStep.ShouldBe("Queue it, or leave it.");
        alert.RaisedAt.ShouldBe(Monday);
    }

    [Fact]
    public async Task Many_workers_that_raise_the_same_at_once_raise_one()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            Book.RaiseAsync("relay-unreachable", null, null, $"Seen by {number}.", "Look at the relay.", Token)));

        (await Book.OpenAsync(Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Raising_again_while_it_is_open_changes_nothing()
    {
        await Book.RaiseAsync("relay-unreachable", null, null, "First.", "Look.", Token);
        time.Advance(TimeSpan.FromHours(1));
        await Book.RaiseAsync("relay-unreachable", null, null, "Second.", "Look.", Token);

        var alert = (await Book.OpenAsync(Token)).ShouldHaveSingleItem();
        alert.Message.ShouldBe("First.");
        alert.RaisedAt.ShouldBe(Monday);
    }

    [Fact]
    public async Task Raising_anew_replaces_what_is_no_longer_so_and_keeps_what_is()
    {
        await Book.RaiseAnewAsync("audience-fell", null, null, "To 5.", "Look.", Token);
        time.Advance(TimeSpan.FromHours(1));
        await Book.RaiseAnewAsync("audience-fell", null, null, "To 5.", "Look.", Token);
        (await Book.OpenAsync(Token)).ShouldHaveSingleItem().RaisedAt.ShouldBe(Monday);

        await Book.RaiseAnewAsync("audience-fell", null, null, "To 4.", "Look.", Token);

        (await Book.OpenAsync(Token)).ShouldHaveSingleItem().Message.ShouldBe("To 4.");
    }

    [Fact]
    public async Task The_same_kind_for_another_newsletter_is_another_alert()
    {
        var one = await database.NewsletterAsync("one");
        var other = await database.NewsletterAsync("other");

        await Book.RaiseAsync("week-empty", one.Id, null, "No story.", "Import.", Token);
        await Book.RaiseAsync("week-empty", other.Id, null, "No story.", "Import.", Token);
        await Book.ClearAsync("week-empty", one.Id, null, Token);

        (await Book.OpenAsync(Token)).ShouldHaveSingleItem().NewsletterId.ShouldBe(other.Id);
    }

    [Fact]
    public async Task What_was_cleared_can_be_raised_again_and_the_first_stays_on_record()
    {
        await Book.RaiseAsync("relay-unreachable", null, null, "First.", "Look.", Token);
        await Book.ClearAsync("relay-unreachable", null, null, Token);
        await Book.RaiseAsync("relay-unreachable", null, null, "Second.", "Look.", Token);

        (await Book.OpenAsync(Token)).ShouldHaveSingleItem().Message.ShouldBe("Second.");
        (await database.ScalarAsync<long>("select count(*) from digest.alerts")).ShouldBe(2);
    }

    [Fact]
    public async Task Clearing_by_hand_says_whether_the_alert_was_open()
    {
        await Book.RaiseAsync("relay-unreachable", null, null, "First.", "Look.", Token);
        var id = (await Book.OpenAsync(Token))[0].Id;

        (await Book.ClearAsync(id, Token)).ShouldBeTrue();
        (await Book.ClearAsync(id, Token)).ShouldBeFalse();
    }
}
