using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Issues;

/// <summary>
/// Chooses and orders the window's stories, renders, freezes. The same week assembled twice is one issue; an issue that
/// is not yet queued may be assembled anew when its stories changed, which revokes its approval.
/// </summary>
public sealed partial class AssembleIssue(
    IDbContextFactory<DigestDbContext> contexts, FreezeIssue freeze, TimeProvider time, ILogger<AssembleIssue> logger)
{
    /// <returns>The issue with its stories and contents; state <see cref="IssueState.Skipped"/> for a week without stories.</returns>
    /// <exception cref="RefusedException">The week's window has not closed yet.</exception>
    public Task<Issue> RunAsync(long newsletterId, Week week, CancellationToken cancellationToken) =>
        RunAsync(newsletterId, week, change: null, cancellationToken);

    /// <summary>The same after a change, in one transaction: what an editor said is in the issue, or was not said.</summary>
    /// <param name="newsletterId">Whose.</param>
    /// <param name="week">Of which week.</param>
    /// <param name="change">Changes the issue, whose row is held; none changes nothing.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="RefusedException">The window has not closed yet; or there is a change, and the issue is queued or withdrawn.</exception>
    public async Task<Issue> RunAsync(
        long newsletterId, Week week, Func<DigestDbContext, Newsletter, Issue, Task>? change, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Two assemblies go one after the other, and the settings that an issue is rendered with do not change under it.
        var newsletter = await NewsletterLock.TakeAsync(database, newsletterId, cancellationToken);
        var issue = await LockIssueAsync(database, newsletterId, week, cancellationToken)
            ?? await OpenIssueAsync(database, newsletter, week, cancellationToken);

        if (change is not null)
        {
            if (!MayChange(issue))
            {
                throw new RefusedException($"{issue.Title()} is {SnakeCase.Of(issue.State)}; it cannot be edited any more. `digest stories correct` tells of a mistake.");
            }

            await change(database, newsletter, issue);
            await database.SaveChangesAsync(cancellationToken);
        }

        if (MayChange(issue))
        {
            issue.DueAt = NewsletterCalendar.Of(newsletter).DueAt(week);
            await FillAsync(database, newsletter, issue, cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return await database.Issues.Where(stored => stored.Id == issue.Id).Whole().SingleAsync(cancellationToken);
    }

    /// <summary>Holds the issue's row against an approval or a queueing at the same moment.</summary>
    private static async Task<Issue?> LockIssueAsync(
        DigestDbContext database, long newsletterId, Week week, CancellationToken cancellationToken)
    {
        var rows = await database.Issues
            .FromSql($"select * from digest.issues where newsletter_id = {newsletterId} and week = {week.Monday} for update")
            .ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }

    /// <summary>A new row with its window, which it keeps: the next issue starts where this one ends.</summary>
    private async Task<Issue> OpenIssueAsync(
        DigestDbContext database, Newsletter newsletter, Week week, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var window = await Window.OfAsync(database, newsletter, week, now, cancellationToken);
        var opened = new Issue
        {
            NewsletterId = newsletter.Id,
            Week = week.Monday,
            WindowStart = window.Start,
            WindowEnd = window.End,
            DueAt = NewsletterCalendar.Of(newsletter).DueAt(week),
            AssembledAt = now,
        };
        database.Issues.Add(opened);
        await database.SaveChangesAsync(cancellationToken);
        return opened;
    }

    /// <summary>Once deliveries are queued, or the issue is withdrawn, its content is what it is.</summary>
    private static bool MayChange(Issue issue) => issue.QueuedAt is null
        && issue.State is IssueState.Assembled or IssueState.Approved or IssueState.Skipped or IssueState.Missed;

    private async Task FillAsync(DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        var stories = await database.CandidatesOf(newsletter, issue)
            .Include(story => story.Sources.OrderBy(source => source.Position))
            .Include(story => story.Corrections)
            .AsNoTracking().AsSplitQuery().ToListAsync(cancellationToken);
        if (stories.Count == 0)
        {
            await SkipAsync(database, newsletter, issue, cancellationToken);
            return;
        }

        var places = PlaceStories.Of(stories, issue, newsletter);
        var corrections = await CorrectionsDue.ReadAsync(database, newsletter, issue, cancellationToken);
        if (await freeze.RunAsync(database, newsletter, issue, [.. places.Select(place => place.Story)], corrections, cancellationToken))
        {
            Reset(issue, IssueState.Assembled, reason: null);
        }

        await StorePlacesAsync(database, issue, places, corrections, cancellationToken);
        LogAssembled(issue.Id, issue.Week, places.Count, stories.Count - places.Count);
    }

    private async Task SkipAsync(DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        issue.Preflight = [];
        var reason = await SkippedReason.ReadAsync(database, newsletter, issue, cancellationToken);
        if (issue.State == IssueState.Skipped)
        {
            issue.StateReason = reason;
            return;
        }

        await database.IssueContents.Where(content => content.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        await StorePlacesAsync(database, issue, [], [], cancellationToken);
        (issue.Subject, issue.Preheader) = ("", "");
        Reset(issue, IssueState.Skipped, reason);
        LogSkipped(issue.Id, issue.Week);
    }

    /// <summary>Other content than was approved is content nobody approved.</summary>
    private void Reset(Issue issue, IssueState state, string? reason)
    {
        if (issue.ApprovedHash is not null)
        {
            LogApprovalRevoked(issue.Id, issue.Week);
        }

        (issue.State, issue.StateReason) = (state, reason);
        (issue.ApprovedAt, issue.ApprovedBy, issue.ApprovedHash) = (null, null, null);
        issue.AssembledAt = time.GetUtcNow();
    }

    /// <summary>Reasons may change while the content does not: they are words for the editor and bound to no approval.</summary>
    private static async Task StorePlacesAsync(
        DigestDbContext database,
        Issue issue,
        List<RankedStory> places,
        IReadOnlyList<ToldCorrection> corrections,
        CancellationToken cancellationToken)
    {
        await database.IssueStories.Where(place => place.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        database.IssueStories.AddRange(places.Select((ranked, position) => new IssueStory
        {
            IssueId = issue.Id,
            StoryId = ranked.Story.Id,
            Position = position,
            Reason = ranked.Reason,
            Score = ranked.Score,
        }));
        await database.IssueCorrections.Where(told => told.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        database.IssueCorrections.AddRange(corrections.Select(told => new IssueCorrection { IssueId = issue.Id, CorrectionId = told.Correction.Id }));
    }
}
