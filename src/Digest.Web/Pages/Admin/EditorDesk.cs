using Digest.Data;
using Digest.Issues;
using Digest.Issues.Writer;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <param name="Newsletter">Whose.</param>
/// <param name="Issue">With its stories in order.</param>
/// <param name="Subject">The words that stand, an approved draft's or the editor's; none for what is proposed.</param>
/// <param name="Introduction">The same.</param>
/// <param name="SeenHash">SHA-256 of the frozen content, by which a change since is noticed; empty for a skipped issue.</param>
/// <param name="Variants">Choices of topics that have a rendering of their own.</param>
/// <param name="Others">Stories of the last weeks that the issue does not hold and no issue used, the latest.</param>
/// <param name="More">How many there are besides.</param>
/// <param name="MayChange">It is neither queued nor withdrawn.</param>
public sealed record EditorView(
    Newsletter Newsletter, Issue Issue, string? Subject, string? Introduction, byte[] SeenHash, IReadOnlyList<string> Variants,
    IReadOnlyList<StoryLine> Others, int More, bool MayChange)
{
    /// <summary>As the page's forms carry it.</summary>
    public string Seen => Convert.ToHexStringLower(SeenHash);

    /// <summary>What the preflight says of the words themselves.</summary>
    public IEnumerable<PreflightFinding> OfWords => Issue.Preflight.Where(finding => finding.Check == IssueWords.Check);
}

/// <summary>Reads what an editor sees of one issue: the stories it holds, each with why it stands there, and those it left.</summary>
public sealed class EditorDesk(IDbContextFactory<DigestDbContext> contexts, StoryLedger ledger)
{
    private const int WeeksShown = 4;

    /// <summary>Feeds bring hundreds a week; <c>digest stories list</c> names them all.</summary>
    private const int MostShown = 60;

    /// <returns>None when there is no such issue.</returns>
    public async Task<EditorView?> ReadAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.AsNoTracking()
            .Include(i => i.Stories.OrderBy(place => place.Position)).ThenInclude(place => place.Story)
            .SingleOrDefaultAsync(i => i.Id == issueId, cancellationToken);
        if (issue is null)
        {
            return null;
        }

        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var held = issue.Stories.Select(place => place.StoryId).ToHashSet();
        var stories = await ledger.ReadAsync(newsletter, issue.WindowEnd.AddDays(-7 * WeeksShown), cancellationToken);
        var others = stories.Where(story => !held.Contains(story.Id) && story.State != StoryState.Used).ToList();
        var words = await IssueWords.ReadAsync(database, issue, cancellationToken);
        var shown = issue.Stories.Select(place => place.Story!).ToList();
        var hash = ContentHash.Of(await database.IssueContents.HashesAsync(issueId, cancellationToken)) ?? [];
        var variants = await database.IssueContents.Where(content => content.IssueId == issueId && content.Variant != "")
            .OrderBy(content => content.Variant).Select(content => content.Variant).ToListAsync(cancellationToken);
        return new EditorView(
            newsletter, issue, words.Of(DraftKind.Subject, shown), words.Of(DraftKind.Introduction, shown), hash, variants,
            [.. others.Take(MostShown)], Math.Max(0, others.Count - MostShown), issue.QueuedAt is null && issue.State != IssueState.Cancelled);
    }
}
