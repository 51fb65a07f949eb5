using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <param name="Newsletter">Whose.</param>
/// <param name="Issue">With its stories in order, and their variants.</param>
/// <param name="Others">Stories of the last weeks that the issue does not hold and no issue used.</param>
/// <param name="MayChange">It is neither queued nor withdrawn.</param>
public sealed record EditorView(Newsletter Newsletter, Issue Issue, IReadOnlyList<StoryLine> Others, bool MayChange);

/// <summary>Reads what an editor sees of one issue: the stories it holds, each with why it stands there, and those it left.</summary>
public sealed class EditorDesk(IDbContextFactory<DigestDbContext> contexts, StoryLedger ledger)
{
    private const int WeeksShown = 4;

    /// <returns>None when there is no such issue.</returns>
    public async Task<EditorView?> ReadAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.Where(i => i.Id == issueId).Whole().SingleOrDefaultAsync(cancellationToken);
        if (issue is null)
        {
            return null;
        }

        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var held = issue.Stories.Select(place => place.StoryId).ToHashSet();
        var stories = await ledger.ReadAsync(newsletter, issue.WindowEnd.AddDays(-7 * WeeksShown), cancellationToken);
        return new EditorView(
            newsletter, issue, [.. stories.Where(story => !held.Contains(story.Id) && story.State != StoryState.Used)],
            issue.QueuedAt is null && issue.State != IssueState.Cancelled);
    }
}
