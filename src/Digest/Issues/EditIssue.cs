using Digest.Data;
using Digest.Issues.Writer;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>What an editor changes about an issue; a field that is none stays as it is, an empty one goes back to what is proposed.</summary>
/// <param name="Order">Slugs, the lead first; those not named follow by rank.</param>
/// <param name="Introduction">Inline Markdown.</param>
/// <param name="SeenHash">Of the content that the editor looked at, when known, empty for a skipped issue's; other content is not edited.</param>
public sealed record IssueEdit(
    string? Subject = null, string? Preheader = null, string? Introduction = null, IReadOnlyList<string>? Order = null, byte[]? SeenHash = null);

/// <summary>The editor's hand on an issue. The issue is assembled anew with it at once, which takes its approval away when it is other content.</summary>
public sealed class EditIssue(IDbContextFactory<DigestDbContext> contexts, AssembleIssue assemble)
{
    private const int LongestSubject = 150;

    private const int LongestIntroduction = 1500;

    /// <returns>The issue as it stands now.</returns>
    /// <exception cref="RefusedException">
    /// The issue is queued or withdrawn, or changed since it was looked at; a story is none of its candidates, or a text will not do.
    /// </exception>
    public async Task<Issue> RunAsync(long issueId, IssueEdit edit, CancellationToken cancellationToken)
    {
        RefuseTexts(edit);
        RefuseTwice(edit.Order ?? []);
        var (newsletterId, week) = await FindAsync(issueId, cancellationToken);
        return await assemble.RunAsync(newsletterId, week, async (database, newsletter, issue) =>
        {
            await RefuseUnseenAsync(database, issue, edit.SeenHash, cancellationToken);
            await EditAsync(database, issue, DraftKind.Subject, edit.Subject, cancellationToken);
            await EditAsync(database, issue, DraftKind.Introduction, edit.Introduction, cancellationToken);
            issue.EditedPreheader = edit.Preheader is null ? issue.EditedPreheader : Written(edit.Preheader);
            issue.EditedOrder = edit.Order is null ? issue.EditedOrder : await IdsAsync(database, newsletter, issue, edit.Order, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Why an editor is asked to look again.</summary>
    public static string ChangedMeanwhile(Issue issue) =>
        $"{issue.Title()} changed while your page was open, and nothing of yours was saved; look at how it stands now, then do it again.";

    private async Task<(long NewsletterId, Week Week)> FindAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.AsNoTracking().SingleOrDefaultAsync(i => i.Id == issueId, cancellationToken)
            ?? throw new RefusedException($"There is no issue {issueId}.");
        return (issue.NewsletterId, new Week(issue.Week));
    }

    private static void RefuseTexts(IssueEdit edit)
    {
        if (edit.Subject?.Length > LongestSubject || edit.Preheader?.Length > LongestSubject)
        {
            throw new RefusedException($"A subject or preheader is at most {LongestSubject} characters long; inboxes show half of that.");
        }

        if (edit.Introduction?.Length > LongestIntroduction)
        {
            throw new RefusedException($"An introduction is at most {LongestIntroduction} characters long.");
        }

        if (edit.Introduction is { } introduction && MarkdownChecks.Inline(introduction) is { } wrong)
        {
            throw new RefusedException($"The introduction: {wrong}");
        }
    }

    /// <summary>Two editors: who looked at what the other has changed since would undo it unseen.</summary>
    private static async Task RefuseUnseenAsync(DigestDbContext database, Issue issue, byte[]? seenHash, CancellationToken cancellationToken)
    {
        var hash = ContentHash.Of(await database.IssueContents.HashesAsync(issue.Id, cancellationToken)) ?? [];
        if (seenHash is not null && !seenHash.AsSpan().SequenceEqual(hash))
        {
            throw new RefusedException(ChangedMeanwhile(issue));
        }
    }

    private static void RefuseTwice(IReadOnlyList<string> order)
    {
        if (order.CountBy(slug => slug).FirstOrDefault(named => named.Value > 1) is { Key: { } twice, Value: var times })
        {
            throw new RefusedException($"The order names '{twice}' {times} times; a story has one place, so name it once.");
        }
    }

    private static Task EditAsync(DigestDbContext database, Issue issue, DraftKind kind, string? wanted, CancellationToken cancellationToken) =>
        wanted is null ? Task.CompletedTask : IssueWords.WriteAsync(database, issue, kind, Written(wanted), cancellationToken);

    private static string? Written(string wanted) => string.IsNullOrWhiteSpace(wanted) ? null : wanted.Trim();

    private static async Task<List<long>> IdsAsync(
        DigestDbContext database, Newsletter newsletter, Issue issue, IReadOnlyList<string> order, CancellationToken cancellationToken)
    {
        var ids = await database.CandidatesOf(newsletter, issue).AsNoTracking()
            .Select(story => new { story.Slug, story.Id }).ToDictionaryAsync(story => story.Slug, story => story.Id, cancellationToken);
        var unknown = order.Where(slug => !ids.ContainsKey(slug)).ToList();
        return unknown.Count == 0 ? [.. order.Select(slug => ids[slug])] : throw new RefusedException(
            $"{string.Join(", ", unknown)}: no candidate of {issue.Title().ToLowerInvariant()}. Candidates are {string.Join(", ", ids.Keys.Order(StringComparer.Ordinal))}.");
    }
}
