using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

/// <summary>What an issue may draw on.</summary>
/// <param name="IssueId">The issue, which may hold stories already; 0 for one that is not there yet.</param>
/// <param name="Week">Its Monday.</param>
/// <param name="Start">Of its half-open window.</param>
/// <param name="End">Of its window; far away while it is open.</param>
public sealed record IssueReach(long IssueId, DateOnly Week, DateTimeOffset Start, DateTimeOffset End);

/// <summary>The story ledger's candidates (docs/decisions/0011), by one rule wherever it is asked.</summary>
public static class Candidates
{
    private static readonly IssueReach Everything = new(0, new DateOnly(9000, 1, 1), DateTimeOffset.UnixEpoch, new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>
    /// Every story of the newsletter that no other issue holds and no editor dropped, of the half-open window; and besides:
    /// what was kept for this week or an earlier one, what came in too late for the issue before, what a cancelled issue gave
    /// back, and what did not fit for as many weeks as the policy says. An issue that was cancelled after somebody's server
    /// had accepted it gives nothing back: its readers would get the story twice.
    /// </summary>
    /// <param name="database">Where they are.</param>
    /// <param name="newsletter">Whose.</param>
    /// <param name="issue">For which issue.</param>
    /// <param name="heldUntil">What is kept for a week up to this one counts too; none for the issue's own.</param>
    public static IQueryable<Story> Of(DigestDbContext database, Newsletter newsletter, IssueReach issue, DateOnly? heldUntil = null) =>
        database.Stories.FromSqlRaw(
            Statement,
            newsletter.Id, issue.Week, issue.Start, newsletter.Policy.HoldOverWeeks, issue.IssueId, issue.End, heldUntil ?? issue.Week);

    /// <summary>Of the last issue while it may still change, otherwise of the one after it; its window is open.</summary>
    public static async Task<IssueReach> NextAsync(DigestDbContext database, Newsletter newsletter, CancellationToken cancellationToken)
    {
        var next = await database.Database.SqlQuery<IssueReach>($"""
            select case when may_change then id else 0 end as issue_id,
                case when may_change then week else week + 7 end as week,
                case when may_change then window_start else window_end end as start,
                {Everything.End} as "end"
            from (
                select *, queued_at is null and state <> 'missed' as may_change from digest.issues
                where newsletter_id = {newsletter.Id} and state <> 'cancelled'
                order by week desc limit 1
            ) last
            """).ToListAsync(cancellationToken);
        return next is [var reach] ? reach : Everything;
    }

    /// <summary>Its parameters: newsletter, week, start, weeks to hold over, issue, end, kept until.</summary>
    private const string Statement = $$"""
        with before as (
            select week, state, window_start from digest.issues
            where newsletter_id = {0} and week < {1}
        ),
        -- The window reaches back over the cancelled issues directly before this one: they gave their stories back.
        reach as (
            select least({2}, min(window_start)) - make_interval(days => 7 * {3}) as start
            from before cancelled
            where state = 'cancelled'
                and not exists (select from before later where later.week > cancelled.week and later.state <> 'cancelled')
        ),
        holders as (
            select place.story_id, i.state = 'cancelled' and not {{IssueAccepted.Sql}} as gives_back
            from digest.issue_stories place join digest.issues i on i.id = place.issue_id
            where i.newsletter_id = {0} and i.id <> {4}
        )
        select story.* from digest.stories story, reach
        where story.newsletter_id = {0}
            and story.dropped_at is null
            and story.published_at < {5}
            -- Held by an issue that went out or may still: a story is in one issue, unless that one was cancelled.
            and not exists (select from holders where holders.story_id = story.id and not gives_back)
            and case
                when story.held_to is not null then story.held_to <= {6}
                else story.published_at >= reach.start
                    or exists (select from holders where holders.story_id = story.id and gives_back)
                    -- Of the issue before, or of a week, but unknown when that window closed. The first issue has none before it.
                    or (story.created_at >= {2}
                        and story.published_at >= (
                            select least(window_start, {2} - interval '7 days') from before order by week desc limit 1))
            end
        """;
}
