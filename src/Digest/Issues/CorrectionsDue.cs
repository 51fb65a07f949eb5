using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>A correction as an issue tells of it.</summary>
public sealed record ToldCorrection(Story Story, Correction Correction);

/// <summary>Which corrections an issue has to tell of.</summary>
internal static class CorrectionsDue
{
    /// <summary>
    /// Of stories that went out uncorrected, and told by no other issue that has gone out or may; the oldest first. One that was
    /// cancelled or missed tells nobody; one that was cancelled after somebody had it is still what its readers have.
    /// </summary>
    public static async Task<IReadOnlyList<ToldCorrection>> ReadAsync(
        DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        var due = await database.Corrections.FromSqlRaw(Statement, newsletter.Id, issue.Id)
            .AsNoTracking().OrderBy(correction => correction.At).ThenBy(correction => correction.Id).ToListAsync(cancellationToken);
        var ids = due.Select(correction => correction.StoryId).ToHashSet();
        var stories = await database.Stories.AsNoTracking().Where(story => ids.Contains(story.Id)).ToDictionaryAsync(story => story.Id, cancellationToken);
        return [.. due.Select(correction => new ToldCorrection(stories[correction.StoryId], correction))];
    }

    /// <summary>Its parameters: newsletter, the issue that is to tell.</summary>
    private const string Statement = $$"""
        select correction.* from digest.story_corrections correction
        join digest.stories story on story.id = correction.story_id
        where story.newsletter_id = {0}
            and exists (
                select from digest.issue_stories place join digest.issues i on i.id = place.issue_id
                join digest.issue_contents frozen on frozen.issue_id = i.id and frozen.variant = ''
                where place.story_id = story.id and i.id <> {1}
                    and i.queued_at is not null and (i.state <> 'cancelled' or {{IssueAccepted.Sql}})
                    -- What readers have is what was frozen, some time before it was queued.
                    and frozen.frozen_at < correction.recorded_at)
            and not exists (
                select from digest.issue_corrections told join digest.issues teller on teller.id = told.issue_id
                where told.correction_id = correction.id and teller.id <> {1} and teller.state not in ('cancelled', 'missed'))
        """;
}
