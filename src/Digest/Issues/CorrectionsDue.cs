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
    /// <summary>Of stories that went out uncorrected, and told by no other issue, unless that one was cancelled; the oldest first.</summary>
    public static async Task<IReadOnlyList<ToldCorrection>> ReadAsync(
        DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        var due = await database.Corrections.FromSql($"""
            select correction.* from digest.story_corrections correction
            join digest.stories story on story.id = correction.story_id
            where story.newsletter_id = {newsletter.Id}
                and exists (
                    select from digest.issue_stories place join digest.issues sent on sent.id = place.issue_id
                    join digest.issue_contents frozen on frozen.issue_id = sent.id and frozen.variant = ''
                    where place.story_id = story.id and sent.id <> {issue.Id}
                        -- What readers have is what was frozen, some time before it was queued.
                        and sent.state <> 'cancelled' and sent.queued_at is not null and frozen.frozen_at < correction.recorded_at)
                and not exists (
                    select from digest.issue_corrections told join digest.issues teller on teller.id = told.issue_id
                    where told.correction_id = correction.id and teller.id <> {issue.Id} and teller.state <> 'cancelled')
            """).AsNoTracking().OrderBy(correction => correction.At).ThenBy(correction => correction.Id).ToListAsync(cancellationToken);
        var ids = due.Select(correction => correction.StoryId).ToHashSet();
        var stories = await database.Stories.AsNoTracking().Where(story => ids.Contains(story.Id)).ToDictionaryAsync(story => story.Id, cancellationToken);
        return [.. due.Select(correction => new ToldCorrection(stories[correction.StoryId], correction))];
    }
}
