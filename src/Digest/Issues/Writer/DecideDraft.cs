using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Issues.Writer;

/// <summary>
/// Has a draft speak for the issue, or sets it aside. Either way the issue is assembled anew, and other content than was
/// approved has to be approved again.
/// </summary>
public sealed partial class DecideDraft(
    IDbContextFactory<DigestDbContext> contexts, AssembleIssue assemble, TimeProvider time, ILogger<DecideDraft> logger)
{
    /// <param name="draftId">Whose text is the introduction or the subject from now on; the editor's own stays behind it.</param>
    /// <param name="approvedBy">An operator's name.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="RefusedException">
    /// There is no such draft, it was rejected, the issue's words can no longer change, or its stories no longer say what the
    /// draft says.
    /// </exception>
    public Task<IssueDraft> ApproveAsync(long draftId, string approvedBy, CancellationToken cancellationToken) =>
        DecideAsync(draftId, async (database, issue, draft) =>
        {
            if (draft.RejectedAt is not null)
            {
                throw new RefusedException($"Draft {draft.Id} was rejected; `digest draft` writes new ones.");
            }

            await RefuseStaleAsync(database, issue, draft, cancellationToken);
            await IssueWords.TakeBackAsync(database, issue, draft.Kind, but: draft.Id, cancellationToken);
            (draft.ApprovedAt, draft.ApprovedBy) = (time.GetUtcNow(), approvedBy);
            LogApproved(draft.Id, issue.Id);
        }, cancellationToken);

    /// <summary>Also takes back an approved one: the editor's own words stand again, those from before it or since.</summary>
    /// <exception cref="RefusedException">There is no such draft, or the issue's words can no longer change.</exception>
    public Task<IssueDraft> RejectAsync(long draftId, CancellationToken cancellationToken) =>
        DecideAsync(draftId, (_, issue, draft) =>
        {
            (draft.ApprovedAt, draft.ApprovedBy) = (null, null);
            draft.RejectedAt ??= time.GetUtcNow();
            LogRejected(draft.Id, issue.Id);
            return Task.CompletedTask;
        }, cancellationToken);

    /// <summary>In one transaction with the assembly: words that are said to be the issue's are.</summary>
    private async Task<IssueDraft> DecideAsync(
        long draftId, Func<DigestDbContext, Issue, IssueDraft, Task> decide, CancellationToken cancellationToken)
    {
        var (newsletterId, week) = await FindAsync(draftId, cancellationToken);
        IssueDraft? decided = null;
        await assemble.RunAsync(newsletterId, week, async (database, _, issue) =>
        {
            issue.RefuseOtherWords();
            decided = await database.IssueDrafts.SingleOrDefaultAsync(stored => stored.Id == draftId, cancellationToken) ?? throw NoSuchDraft(draftId);
            await decide(database, issue, decided);
        }, cancellationToken);
        return decided!;
    }

    private async Task<(long NewsletterId, Week Week)> FindAsync(long draftId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.IssueDrafts.Where(draft => draft.Id == draftId)
            .Join(database.Issues, draft => draft.IssueId, issue => issue.Id, (_, issue) => new { issue.NewsletterId, issue.Week })
            .SingleOrDefaultAsync(cancellationToken) ?? throw NoSuchDraft(draftId);
        return (issue.NewsletterId, new Week(issue.Week));
    }

    private static RefusedException NoSuchDraft(long draftId) => new($"There is no draft {draftId}; `digest draft show` lists them.");

    /// <summary>A story may have changed, or left the issue, since the draft was written.</summary>
    private static async Task RefuseStaleAsync(DigestDbContext database, Issue issue, IssueDraft draft, CancellationToken cancellationToken)
    {
        var stories = await database.IssueStories.AsNoTracking().Where(place => place.IssueId == issue.Id)
            .OrderBy(place => place.Position).Select(place => place.Story!).ToListAsync(cancellationToken);
        if (new DraftCheck(stories).Wrong(draft) is { } why)
        {
            throw new RefusedException($"The stories of {issue.Title()} changed since draft {draft.Id} was written: of one sentence, {why}; `digest draft` writes new ones.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Draft {DraftId} is approved for issue {IssueId}.")]
    private partial void LogApproved(long draftId, long issueId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Draft {DraftId} of issue {IssueId} is rejected.")]
    private partial void LogRejected(long draftId, long issueId);
}
