using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class ApproveIssueTests(SharedDatabase shared) : IClassFixture<SharedDatabase>, IAsyncLifetime
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 30));

    private static readonly DateTimeOffset Due = new(2026, 11, 30, 6, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Due.AddHours(-10));
    private readonly TestDatabase database = shared.Database;
    private ServiceProvider services = null!;
    private Newsletter newsletter = null!;

    public async ValueTask InitializeAsync()
    {
        services = shared.Services(time);
        newsletter = await shared.NewNewsletterAsync();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task An_approval_binds_the_issue_to_the_hash_of_its_content()
    {
        var issue = await SeedAsync(IssueState.Assembled);

        await ApproveAsync(issue, issue.Contents[0].Sha256);

        var approved = await ReadAsync(issue);
        approved.State.ShouldBe(IssueState.Approved);
        approved.ApprovedHash.ShouldBe(issue.Contents[0].Sha256);
        (approved.ApprovedBy, approved.ApprovedAt).ShouldBe(("operator", time.GetUtcNow()));
    }

    [Fact]
    public async Task Approving_twice_keeps_the_first_approval()
    {
        var issue = await SeedAsync(IssueState.Assembled);
        await ApproveAsync(issue);
        var first = await ReadAsync(issue);
        time.Advance(TimeSpan.FromHours(1));

        await ApproveAsync(issue);

        (await ReadAsync(issue)).ApprovedAt.ShouldBe(first.ApprovedAt);
    }

    [Fact]
    public async Task Content_that_changed_since_it_was_read_is_not_approved()
    {
        var issue = await SeedAsync(IssueState.Assembled);

        var refused = await Should.ThrowAsync<RefusedException>(() => ApproveAsync(issue, new byte[32]));

        refused.Message.ShouldContain("changed since it was looked at");
        (await ReadAsync(issue)).State.ShouldBe(IssueState.Assembled);
    }

    [Fact]
    public async Task The_policy_approves_nothing_that_its_last_rehearsal_could_write_to_nobody()
    {
        var issue = await SeedAsync(IssueState.Assembled);
        await RehearseAsync(issue, issue.Contents[0].Sha256, hoursAgo: 2, written: 3, failed: 0);
        await RehearseAsync(issue, issue.Contents[0].Sha256, hoursAgo: 1, written: 0, failed: 3);

        (await Should.ThrowAsync<RefusedException>(() => ApproveByPolicyAsync(issue))).Message
            .ShouldBe("The issue of 2026-11-30 failed for all 3 readers in its last rehearsal, so the policy does not approve it: No key, 3 readers. "
                + "It is rehearsed again every ten minutes, or at once by `digest rehearse`.");
        // An operator may, with that in sight.
        await ApproveAsync(issue);
        (await ReadAsync(issue)).State.ShouldBe(IssueState.Approved);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task A_rehearsal_that_reached_somebody_or_was_of_other_content_is_no_reason(int written, bool isOfThis)
    {
        var issue = await SeedAsync(IssueState.Assembled);
        await RehearseAsync(issue, isOfThis ? issue.Contents[0].Sha256 : new byte[32], hoursAgo: 1, written, failed: 2);

        await ApproveByPolicyAsync(issue);

        (await ReadAsync(issue)).State.ShouldBe(IssueState.Approved);
    }

    [Fact]
    public async Task Content_that_was_changed_behind_its_hash_is_not_approved()
    {
        var issue = await SeedAsync(IssueState.Assembled);
        await database.ExecuteAsync("update digest.issue_contents set html = html || '<p>slipped in</p>' where issue_id = $1", issue.Id);

        var refused = await Should.ThrowAsync<RefusedException>(() => ApproveAsync(issue, issue.Contents[0].Sha256));

        refused.Message.ShouldContain("does not match its hash");
    }

    [Theory]
    [InlineData(IssueState.Skipped, "nothing to approve")]
    [InlineData(IssueState.Cancelled, "was cancelled")]
    [InlineData(IssueState.Sending, "already queued")]
    [InlineData(IssueState.Paused, "already queued")]
    [InlineData(IssueState.Sent, "already queued")]
    public async Task An_issue_that_cannot_be_approved_says_why(IssueState state, string why)
    {
        var issue = await SeedAsync(state);

        (await Should.ThrowAsync<RefusedException>(() => ApproveAsync(issue))).Message.ShouldContain(why);
    }

    [Fact]
    public async Task A_missed_issue_can_be_approved_and_stays_missed_until_an_operator_queues_it()
    {
        var issue = await SeedAsync(IssueState.Missed);
        await database.ExecuteAsync("update digest.issues set approved_hash = null, approved_at = null, approved_by = null where id = $1", issue.Id);

        await ApproveAsync(issue);

        var approved = await ReadAsync(issue);
        approved.State.ShouldBe(IssueState.Missed);
        approved.ApprovedHash.ShouldBe(issue.Contents[0].Sha256);
    }

    private Task<Issue> SeedAsync(IssueState state) => database.IssueAsync(newsletter.Id, Week, Due, state);

    private Task ApproveAsync(Issue issue, byte[]? seen = null) =>
        services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", seen, TestContext.Current.CancellationToken);

    private Task ApproveByPolicyAsync(Issue issue) =>
        services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, ApproveIssue.Policy, null, TestContext.Current.CancellationToken);

    private async Task RehearseAsync(Issue issue, byte[] hash, int hoursAgo, int written, int failed)
    {
        await using var context = database.NewContext();
        context.Add(new Rehearsal
        {
            IssueId = issue.Id,
            ContentHash = hash,
            At = time.GetUtcNow().AddHours(-hoursAgo),
            Candidates = written + failed,
            Written = written,
            Failed = failed,
            Failures = ["No key, 3 readers."],
        });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private async Task<Issue> ReadAsync(Issue issue)
    {
        await using var context = database.NewContext();
        return await context.Issues.AsNoTracking().SingleAsync(stored => stored.Id == issue.Id, TestContext.Current.CancellationToken);
    }
}
