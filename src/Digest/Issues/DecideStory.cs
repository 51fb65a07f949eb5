using Digest.Data;
using Digest.Settings;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>
/// What an editor decides about one story. An issue that holds it and is not queued is assembled anew at once; what is queued
/// stays as it is.
/// </summary>
public sealed class DecideStory(IDbContextFactory<DigestDbContext> contexts, AssembleIssue assemble, TimeProvider time)
{
    /// <summary>Keeps it for the issue of a later week, whenever it was published.</summary>
    /// <exception cref="RefusedException">There is no such story, its issue is queued, or that week takes no story any more.</exception>
    public async Task HoldAsync(long newsletterId, string slug, Week until, string? reason, CancellationToken cancellationToken)
    {
        await RefusePastAsync(newsletterId, until, cancellationToken);
        await DecideAsync(newsletterId, slug, (story, _) => (story.HeldTo, story.DroppedAt, story.DecisionReason) = (until.Monday, null, reason), cancellationToken);
    }

    /// <summary>What is kept for an issue that will not be assembled any more would be lost.</summary>
    private async Task RefusePastAsync(long newsletterId, Week until, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(known => known.Id == newsletterId, cancellationToken);
        var issue = await database.Issues.OfWeek(newsletterId, until).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        var current = NewsletterCalendar.Of(newsletter).Current(time.GetUtcNow());
        if (issue is { QueuedAt: not null } or { State: IssueState.Cancelled })
        {
            throw new RefusedException($"The issue of {until} is {SnakeCase.Of(issue.State)}; "
                + $"keep the story for a later one, such as that of {(until.Monday < current.Monday ? current.Next : until.Next)}.");
        }
    }

    /// <summary>Takes it out of every issue to come.</summary>
    /// <exception cref="RefusedException">There is no such story, or its issue is queued.</exception>
    public Task DropAsync(long newsletterId, string slug, string reason, CancellationToken cancellationToken) =>
        DecideAsync(newsletterId, slug, (story, now) => (story.HeldTo, story.DroppedAt, story.DecisionReason) = (null, now, reason), cancellationToken);

    /// <summary>Takes a decision back: the story is a candidate by its instant alone.</summary>
    /// <exception cref="RefusedException">There is no such story, or its issue is queued.</exception>
    public Task RestoreAsync(long newsletterId, string slug, CancellationToken cancellationToken) =>
        DecideAsync(newsletterId, slug, (story, _) => (story.HeldTo, story.DroppedAt, story.DecisionReason) = (null, null, null), cancellationToken);

    /// <summary>
    /// Writes down what was wrong and how it stands. The story's page shows it at once; the next issue tells of it when the
    /// story had gone out before. Said twice, it is one correction.
    /// </summary>
    /// <exception cref="RefusedException">There is no such story.</exception>
    /// <exception cref="InputException">The text holds a link that works in no mail.</exception>
    public async Task CorrectAsync(long newsletterId, string slug, string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || LinkChecks.Inline(text) is not null || text.Length > Correction.LongestText)
        {
            throw new RefusedException(LinkChecks.Inline(text) is { } wrong ? $"The correction: {wrong}"
                : $"A correction is 1 to {Correction.LongestText} characters long.");
        }

        var said = text.Trim();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var story = await FindAsync(database, newsletterId, slug, cancellationToken);
        if (!await database.Corrections.AnyAsync(correction => correction.StoryId == story.Id && correction.Text == said, cancellationToken))
        {
            var now = time.GetUtcNow();
            database.Corrections.Add(new Correction { StoryId = story.Id, Text = said, At = now, RecordedAt = now });
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>An issue that holds the story is assembled with the decision, in one transaction: it never goes out as if nobody had decided.</summary>
    private async Task DecideAsync(
        long newsletterId, string slug, Action<Story, DateTimeOffset> decide, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var story = await FindAsync(database, newsletterId, slug, cancellationToken);
        var holder = await database.IssueStories.Where(place => place.StoryId == story.Id)
            .Join(database.Issues, place => place.IssueId, issue => issue.Id, (_, issue) => issue)
            .Where(issue => issue.State != IssueState.Cancelled)
            .Select(issue => new { issue.Week, IsQueued = issue.QueuedAt != null }).FirstOrDefaultAsync(cancellationToken);
        if (holder is { IsQueued: true })
        {
            throw new RefusedException($"Story '{slug}' is in the issue of {holder.Week:yyyy-MM-dd}, which is queued; "
                + "cancel that issue first, or correct the story.");
        }

        if (holder is not null)
        {
            await assemble.RunAsync(newsletterId, new Week(holder.Week), async (held, _, _) =>
                decide(await FindAsync(held, newsletterId, slug, cancellationToken), time.GetUtcNow()), cancellationToken);
            return;
        }

        decide(story, time.GetUtcNow());
        await database.SaveChangesAsync(cancellationToken);
    }

    private static async Task<Story> FindAsync(DigestDbContext database, long newsletterId, string slug, CancellationToken cancellationToken) =>
        await database.Stories.SingleOrDefaultAsync(story => story.NewsletterId == newsletterId && story.Slug == slug, cancellationToken)
        ?? throw new RefusedException($"There is no story '{slug}' in this newsletter; `digest stories list` names them.");
}
