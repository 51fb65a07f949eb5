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
    /// story had gone out before, also one that is assembled already. Said twice, it is one correction.
    /// </summary>
    /// <returns>The week of an approved issue that goes out without it, as nobody's approval is taken away; none otherwise.</returns>
    /// <exception cref="RefusedException">There is no such story.</exception>
    /// <exception cref="InputException">The text holds a link that works in no mail.</exception>
    public async Task<Week?> CorrectAsync(long newsletterId, string slug, string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > Correction.LongestText)
        {
            throw new RefusedException($"A correction is 1 to {Correction.LongestText} characters long.");
        }

        if (MarkdownChecks.Inline(text) is { } wrong)
        {
            throw new RefusedException($"The correction: {wrong}");
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

        return await TellAsync(database, newsletterId, story.Id, cancellationToken);
    }

    /// <summary>What waits for its Monday was frozen before the correction.</summary>
    private async Task<Week?> TellAsync(DigestDbContext database, long newsletterId, long storyId, CancellationToken cancellationToken)
    {
        if (!await database.IssueStories.Where(place => place.StoryId == storyId)
            .Join(database.Issues, place => place.IssueId, issue => issue.Id, (_, issue) => issue).AnyAsync(issue => issue.QueuedAt != null, cancellationToken))
        {
            return null;
        }

        var waiting = await database.Issues.AsNoTracking()
            .Where(issue => issue.NewsletterId == newsletterId && issue.QueuedAt == null && (issue.State == IssueState.Assembled || issue.State == IssueState.Approved))
            .OrderBy(issue => issue.Week).ToListAsync(cancellationToken);
        if (waiting is [{ State: IssueState.Approved } approved, ..])
        {
            return new Week(approved.Week);
        }

        if (waiting is [var next, ..])
        {
            await assemble.RunAsync(newsletterId, new Week(next.Week), cancellationToken);
        }

        return null;
    }

    /// <summary>An issue that holds the story is assembled with the decision, in one transaction: it never goes out as if nobody had decided.</summary>
    private async Task DecideAsync(
        long newsletterId, string slug, Action<Story, DateTimeOffset> decide, CancellationToken cancellationToken)
    {
        if (await DecideUnheldAsync(newsletterId, slug, decide, cancellationToken) is { } holding)
        {
            await assemble.RunAsync(newsletterId, holding, async (held, _, _) =>
                decide(await FindAsync(held, newsletterId, slug, cancellationToken), time.GetUtcNow()), cancellationToken);
        }
    }

    /// <summary>Under the newsletter's lock: an assembly that is under way ends first, and with it is known whether it took the story.</summary>
    /// <returns>The week of the issue that holds it, and nothing is decided; none when it is.</returns>
    private async Task<Week?> DecideUnheldAsync(
        long newsletterId, string slug, Action<Story, DateTimeOffset> decide, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await NewsletterLock.TakeAsync(database, newsletterId, cancellationToken);
        var story = await FindAsync(database, newsletterId, slug, cancellationToken);
        var holder = await database.IssueStories.Where(place => place.StoryId == story.Id)
            .Join(database.Issues, place => place.IssueId, issue => issue.Id, (_, issue) => issue)
            .Where(issue => issue.State != IssueState.Cancelled)
            .Select(issue => new { issue.Week, IsQueued = issue.QueuedAt != null }).FirstOrDefaultAsync(cancellationToken);
        if (holder is not null)
        {
            return !holder.IsQueued ? new Week(holder.Week) : throw new RefusedException(
                $"Story '{slug}' is in the issue of {holder.Week:yyyy-MM-dd}, which is queued; cancel that issue first, or correct the story.");
        }

        decide(story, time.GetUtcNow());
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    private static async Task<Story> FindAsync(DigestDbContext database, long newsletterId, string slug, CancellationToken cancellationToken) =>
        await database.Stories.SingleOrDefaultAsync(story => story.NewsletterId == newsletterId && story.Slug == slug, cancellationToken)
        ?? throw new RefusedException($"There is no story '{slug}' in this newsletter; `digest stories list` names them.");
}
