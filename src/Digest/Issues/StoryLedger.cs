using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>What has become of a story. Derived on every read from the issues that hold it and from what an editor decided.</summary>
public enum StoryState
{
    /// <summary>An issue to come may take it, or one that has not gone out holds it.</summary>
    Candidate,

    /// <summary>Its issue went out: somebody's server accepted it.</summary>
    Used,

    /// <summary>An editor keeps it for a later week.</summary>
    HeldOver,

    /// <summary>An editor took it out: no issue takes it, and its page is gone.</summary>
    Dropped,

    /// <summary>It did not fit while it was fresh, or was too old from the start: no issue takes it unless an editor keeps it for one.</summary>
    PassedOver,
}

/// <summary>A story in the ledger.</summary>
/// <param name="Why">For the editor: the decision's reason, or what it did not fit into; none when there is nothing to say.</param>
/// <param name="Issue">Monday of the issue that holds it, or for which it is kept; none without.</param>
/// <param name="CorrectedSinceSent">It went out before its last correction, and no issue has told of that.</param>
public sealed record StoryLine(
    long Id, string Slug, string Title, DateTimeOffset PublishedAt, StoryState State, string? Why, DateOnly? Issue, bool CorrectedSinceSent);

/// <summary>Reads the story ledger of one newsletter.</summary>
public sealed class StoryLedger(IDbContextFactory<DigestDbContext> contexts)
{
    /// <param name="newsletter">Whose stories.</param>
    /// <param name="since">Published at or after this instant.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>The latest first.</returns>
    public async Task<IReadOnlyList<StoryLine>> ReadAsync(Newsletter newsletter, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var candidates = await CandidatesAsync(database, newsletter, cancellationToken);
        var rows = await database.Database.SqlQueryRaw<Row>(Statement, newsletter.Id, since.ToUniversalTime()).ToListAsync(cancellationToken);
        return [.. rows.Select(row => LineOf(row, candidates.Contains(row.Id)))];
    }

    private static async Task<HashSet<long>> CandidatesAsync(DigestDbContext database, Newsletter newsletter, CancellationToken cancellationToken)
    {
        var next = await Candidates.NextAsync(database, newsletter, cancellationToken);
        return [.. await Candidates.Of(database, newsletter, next).AsNoTracking().Select(story => story.Id).ToListAsync(cancellationToken)];
    }

    private static StoryLine LineOf(Row row, bool isCandidate)
    {
        var (state, why, issue) = row switch
        {
            { WentOut: true } => (StoryState.Used, null, row.Week),
            { DroppedAt: not null } => (StoryState.Dropped, row.DecisionReason, null),
            { Week: not null } => (StoryState.Candidate, null, row.Week),
            { HeldTo: not null } => (StoryState.HeldOver, row.DecisionReason, row.HeldTo),
            _ when isCandidate => (StoryState.Candidate, null, null),
            { MissedWeek: { } missed } => (StoryState.PassedOver, $"did not fit into the issue of {missed:yyyy-MM-dd}, or came too late for it", null),
            _ => (StoryState.PassedOver, "published before the first issue's window", (DateOnly?)null),
        };
        return new StoryLine(row.Id, row.Slug, row.Title, row.PublishedAt, state, why, issue, row.Corrected);
    }

    private sealed record Row(
        long Id,
        string Slug,
        string Title,
        DateTimeOffset PublishedAt,
        DateOnly? HeldTo,
        DateTimeOffset? DroppedAt,
        string? DecisionReason,
        DateOnly? Week,
        DateOnly? MissedWeek,
        bool WentOut,
        bool Corrected);

    /// <summary>Its parameters: newsletter, earliest publication.</summary>
    private const string Statement = $$"""
        with issues as (
            -- Worked out once for each issue and not for each of its stories.
            select i.id, i.week, i.state, i.queued_at, i.window_start, i.window_end, frozen.frozen_at,
                i.queued_at is not null and {{IssueAccepted.Sql}} as went_out
            from digest.issues i
            left join digest.issue_contents frozen on frozen.issue_id = i.id and frozen.variant = ''
            where i.newsletter_id = {0}
        )
        select story.id, story.slug, story.title, story.published_at, story.held_to, story.dropped_at, story.decision_reason,
            holder.week, missed.week as missed_week, coalesce(holder.went_out, false) as went_out,
            exists (
                select from digest.story_corrections correction
                where correction.story_id = story.id and holder.queued_at is not null and correction.recorded_at > holder.frozen_at
                    and not exists (
                        select from digest.issue_corrections told join digest.issues teller on teller.id = told.issue_id
                        where told.correction_id = correction.id and teller.state <> 'cancelled' and teller.queued_at is not null)
            ) as corrected
        from digest.stories story
        left join lateral (
            select issues.* from digest.issue_stories place join issues on issues.id = place.issue_id
            where place.story_id = story.id and (issues.state <> 'cancelled' or issues.went_out)
            order by issues.week desc limit 1
        ) holder on true
        left join lateral (
            select issues.week from issues
            where story.published_at >= issues.window_start and story.published_at < issues.window_end
            order by issues.week desc limit 1
        ) missed on true
        where story.newsletter_id = {0} and story.published_at >= {1}
        order by story.published_at desc, story.slug
        """;
}
