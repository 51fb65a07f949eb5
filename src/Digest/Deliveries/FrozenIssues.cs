using System.Collections.Concurrent;
using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Deliveries;

/// <summary>
/// The issues being sent, each variant read once and kept: frozen content never changes once its deliveries are queued
/// (docs/decisions/0003).
/// </summary>
public sealed class FrozenIssues(IDbContextFactory<DigestDbContext> contexts)
{
    /// <summary>Enough for every newsletter that sends at the same hour; beyond it the memory is given back.</summary>
    private const int Kept = 32;

    private readonly ConcurrentDictionary<(long IssueId, string Variant), FrozenIssue> known = [];

    /// <exception cref="InvalidDataException">There is no such content, or it is not what was approved.</exception>
    public async Task<FrozenIssue> GetAsync(long issueId, string variant, CancellationToken cancellationToken)
    {
        if (known.TryGetValue((issueId, variant), out var frozen))
        {
            return frozen;
        }

        if (known.Count >= Kept)
        {
            known.Clear();
        }

        return known[(issueId, variant)] = await ReadAsync(issueId, variant, cancellationToken);
    }

    private async Task<FrozenIssue> ReadAsync(long issueId, string variant, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.AsNoTracking().SingleAsync(i => i.Id == issueId, cancellationToken);
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancellationToken);
        var content = await database.IssueContents.AsNoTracking()
            .SingleOrDefaultAsync(c => c.IssueId == issueId && c.Variant == variant, cancellationToken);
        if (content is null || !FrozenIssue.IsApproved(issue, content))
        {
            throw new InvalidDataException($"The content of issue {issueId} is not what was approved.");
        }

        return new FrozenIssue(newsletter, issue, FrozenIssue.MailOf(content));
    }
}
