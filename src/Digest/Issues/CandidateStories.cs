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
    /// back, and what did not fit for as many weeks as the policy says. An issue that was cancelled after somebody's server
    /// had accepted it gives nothing back: its readers would get the story twice.
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
            ),
            holders as (
                select place.story_id, holder.state = 'cancelled'
                    and not exists (select from digest.deliveries sent where sent.issue_id = holder.id and sent.state = 'accepted')
                    and not exists (select from digest.ledger_totals sent where sent.issue_id = holder.id and sent.state = 'accepted' and sent.count > 0)
                    as gives_back
                from digest.issue_stories place join digest.issues holder on holder.id = place.issue_id
                where holder.newsletter_id = {newsletter.Id} and holder.id <> {issue.Id}
            )
            select story.* from digest.stories story, reach
            where story.newsletter_id = {newsletter.Id}
                and story.dropped_at is null
                and story.published_at < {issue.WindowEnd}
                -- Held by an issue that went out or may still: a story is in one issue, unless that one was cancelled.
                and not exists (select from holders where holders.story_id = story.id and not gives_back)
                and case
                    when story.held_to is not null then story.held_to <= {issue.Week}
                    else story.published_at >= reach.start
                        or exists (select from holders where holders.story_id = story.id and gives_back)
                        -- Of the issue before, or of a week, but unknown when that window closed. The first issue has none before it.
                        or (story.created_at >= {issue.WindowStart}
                            and story.published_at >= (
                                select least(window_start, {issue.WindowStart} - interval '7 days') from before order by week desc limit 1))
                end
            """);
}
