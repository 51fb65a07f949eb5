using CsCheck;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Settings;
using Digest.Smtp;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Queueing decides about every candidate, once.</summary>
public sealed class QueueIssueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_candidate_is_queued_or_excluded_with_its_reason()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 5);
        await world.Database.SubscribersAsync(world.Newsletter.Id, 2, SubscriberState.Pending);
        await world.Database.SubscribersAsync(world.Newsletter.Id, 3, SubscriberState.Unsubscribed);
        await PauseReaderAsync(world, 0, until: LedgerWorld.Monday.AddDays(3));
        await PauseReaderAsync(world, 1, until: LedgerWorld.Monday.AddDays(-3));
        await SuppressAsync(world, 2, world.Newsletter.Id);
        await SuppressAsync(world, 3, newsletterId: null);

        var result = await world.QueueAsync(Stop);

        result.Candidates.ShouldBe(10);
        result.Queued.ShouldBe(2);
        result.Excluded.ShouldBe(new Dictionary<ExclusionReason, int>
        {
            [ExclusionReason.Unconfirmed] = 2,
            [ExclusionReason.Unsubscribed] = 3,
            [ExclusionReason.Paused] = 1,
            [ExclusionReason.Suppressed] = 2,
        }, ignoreOrder: true);
        (await world.StateAsync(1)).ShouldBe(DeliveryState.Queued);
    }

    [Fact]
    public async Task A_suppression_of_another_newsletter_does_not_count()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var other = await world.Database.NewsletterAsync("other");
        await SuppressAsync(world, 0, other.Id);

        (await world.QueueAsync(Stop)).Queued.ShouldBe(1);
    }

    [Fact]
    public async Task Rows_are_due_at_once_and_expire_by_the_schedule()
    {
        await using var world = await LedgerWorld.CreateAsync();
        world.Time.Advance(TimeSpan.FromHours(2));

        await world.QueueAsync(Stop);

        var row = await world.RowAsync();
        row.DueAt.ShouldBe(LedgerWorld.Monday.AddHours(2));
        row.ExpiresAt.ShouldBe(row.DueAt.AddHours(world.Newsletter.Schedule.ExpiryHours));
        var issue = await world.IssueAsync();
        issue.State.ShouldBe(IssueState.Sending);
        issue.QueuedAt.ShouldBe(LedgerWorld.Monday.AddHours(2));
    }

    [Fact]
    public async Task Running_again_returns_the_same_figures_and_changes_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        var first = await world.QueueAsync(Stop);
        await world.Database.SubscribersAsync(world.Newsletter.Id, 4);
        world.Time.Advance(TimeSpan.FromHours(1));

        var second = await world.QueueAsync(Stop);

        second.Candidates.ShouldBe(first.Candidates);
        second.Queued.ShouldBe(3);
        (await world.IssueAsync()).QueuedAt.ShouldBe(LedgerWorld.Monday);
    }

    [Fact]
    public async Task Two_runs_at_once_queue_once_and_say_the_same()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 50);
        await using var other = world.NewServices();

        var results = await Task.WhenAll(
            world.QueueAsync(Stop), other.GetRequiredService<QueueIssue>().RunAsync(world.Issue.Id, Stop));

        results.ShouldAllBe(result => result.Candidates == 50 && result.Queued == 50);
        (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries")).ShouldBe(50);
    }

    [Theory]
    [InlineData(IssueState.Assembled)]
    [InlineData(IssueState.Skipped)]
    [InlineData(IssueState.Missed)]
    [InlineData(IssueState.Cancelled)]
    public async Task Only_an_approved_issue_is_queued(IssueState state)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var issue = await world.Database.IssueAsync(world.Newsletter.Id, LedgerWorld.Week.Next, LedgerWorld.Monday.AddDays(7), state);

        await Should.ThrowAsync<RefusedException>(() => world.Get<QueueIssue>().RunAsync(issue.Id, Stop));

        (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries")).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_cancelled_on_its_way_is_not_called_queued()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 3);
        await world.QueueAsync(Stop);
        await world.Get<IssueControls>().CancelAsync(world.Issue.Id, "an operator", Stop);

        var refused = await Should.ThrowAsync<RefusedException>(() => world.Get<QueueIssue>().RunAsync(world.Issue.Id, byHand: true, Stop));

        refused.Message.ShouldBe($"The issue of {LedgerWorld.Week} is cancelled; only an approved issue can be queued.");
        (await world.Database.ScalarAsync<long>("select count(*) from digest.deliveries where state = 'cancelled'")).ShouldBe(3);
    }

    [Fact]
    public async Task An_operator_sends_an_issue_that_missed_its_hour()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 2);
        await world.Database.ExecuteAsync("update digest.issues set state = 'missed', state_reason = 'late'");

        var result = await world.Get<QueueIssue>().RunAsync(world.Issue.Id, byHand: true, Stop);

        result.Queued.ShouldBe(2);
        (await world.IssueAsync()).StateReason.ShouldBeNull();
    }

    [Fact]
    public async Task Content_changed_after_approval_is_refused()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.Database.ExecuteAsync("update digest.issue_contents set html = html || '<p>one more word</p>'");

        var refused = await Should.ThrowAsync<RefusedException>(() => world.QueueAsync(Stop));

        refused.Message.ShouldContain("approve it again");
        (await world.IssueAsync()).State.ShouldBe(IssueState.Approved);
    }

    [Fact]
    public async Task Queued_plus_excluded_is_candidates_whatever_the_readers_did()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);
        var run = 0;

        await Gen.Select(Gen.Enum<SubscriberState>(), Gen.Bool, Gen.Int[0, 2], Gen.Int[-2, 2]).Array[0, 40].SampleAsync(
            async readers =>
            {
                var newsletter = await world.Database.NewsletterAsync($"n{Interlocked.Increment(ref run)}");
                foreach (var (state, paused, suppressions, days) in readers)
                {
                    var reader = (await world.Database.SubscribersAsync(newsletter.Id, 1, state))[0];
                    await ArrangeAsync(world, reader, paused ? LedgerWorld.Monday.AddDays(days) : null, suppressions);
                }

                var issue = await world.Database.IssueAsync(newsletter.Id, LedgerWorld.Week, LedgerWorld.Monday);
                var result = await world.Get<QueueIssue>().RunAsync(issue.Id, Stop);

                result.Candidates.ShouldBe(readers.Length);
                result.Queued.ShouldBe(readers.Count(r =>
                    r.Item1 == SubscriberState.Confirmed && r.Item3 == 0 && !(r.Item2 && r.Item4 > 0)));
                (result.Queued + result.Excluded.Values.Sum()).ShouldBe(result.Candidates);
            },
            iter: 20, threads: 1);
    }

    private static Task PauseReaderAsync(LedgerWorld world, int reader, DateTimeOffset until) =>
        world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", world.Readers[reader].Id, until);

    private static async Task SuppressAsync(LedgerWorld world, int reader, long? newsletterId) =>
        await SuppressAsync(world, world.Readers[reader], newsletterId);

    private static async Task SuppressAsync(LedgerWorld world, Subscriber reader, long? newsletterId)
    {
        await using var context = world.Database.NewContext();
        context.Add(new Suppression
        {
            NewsletterId = newsletterId,
            AddressHash = world.Get<AddressHash>().Of(reader.AddressKey),
            Reason = SuppressionReason.Complaint,
            CreatedAt = LedgerWorld.Monday,
        });
        await context.SaveChangesAsync(Stop);
    }

    /// <summary>Suppressed not at all, or for its newsletter alone, or for another newsletter and its own.</summary>
    private static async Task ArrangeAsync(LedgerWorld world, Subscriber reader, DateTimeOffset? pausedUntil, int suppressions)
    {
        if (pausedUntil is { } until)
        {
            await world.Database.ExecuteAsync("update digest.subscribers set paused_until = $2 where id = $1", reader.Id, until);
        }

        foreach (var newsletterId in (long[])[reader.NewsletterId, world.Newsletter.Id])
        {
            if (suppressions-- > 0)
            {
                await world.Database.ExecuteAsync(
                    "insert into digest.suppressions (newsletter_id, address_hash, reason, created_at) values ($1, $2, 'operator', $3) on conflict do nothing",
                    newsletterId, world.Get<AddressHash>().Of(reader.AddressKey), LedgerWorld.Monday);
            }
        }
    }
}
