using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>What an issue may draw on: the story ledger's candidates (docs/decisions/0011).</summary>
public static class CandidateStories
{
    /// <summary>
    /// Every story of the newsletter that no other issue holds and no editor dropped, of the half-open window; and besides:
    /// what was kept for this week or an earlier one, what came in too late for the issue before, what a cancelled issue gave
    /// back, and what did not fit for as many weeks as the policy says.
    /// </summary>
    public static IQueryable<Story> CandidatesOf(this DigestDbContext database, Newsletter newsletter, Issue issue) =>
        database.Stories.FromSql($"""
            with before as (
                select week, state, window_start from digest.issues
                where newsletter_id = {newsletter.Id} and week < {issue.Week}
            ),
            -- The window reaches back over the cancelled issues directly before this one: they gave their stories back.
            reach as (
                select least({issue.WindowStart}, min(window_start)) - make_interval(days => 7 * {newsletter.Policy.HoldOverWeeks}) as start
                from before cancelled
                where state = 'cancelled'
                    and not exists (select from before later where later.week > cancelled.week and later.state <> 'cancelled')
            )
            select story.* from digest.stories story, reach
            where story.newsletter_id = {newsletter.Id}
                and story.dropped_at is null
                and story.published_at < {issue.WindowEnd}
                -- Held by an issue that went out or may still: a story is in one issue, unless that one was cancelled.
                and not exists (
                    select from digest.issue_stories place join digest.issues holder on holder.id = place.issue_id
                    where place.story_id = story.id and holder.id <> {issue.Id} and holder.state <> 'cancelled')
                and case
                    when story.held_to is not null then story.held_to <= {issue.Week}
                    else story.published_at >= reach.start
                        -- Of the week before, but unknown when that week's window closed.
                        or (story.created_at >= {issue.WindowStart}
                            and story.published_at >= {issue.WindowStart} - interval '7 days'
                            and exists (select from before))
                end
            """);
}
