using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Operators;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <param name="Id">Of the issue.</param>
/// <param name="Newsletter">Its name.</param>
/// <param name="Week">Its Monday.</param>
/// <param name="Waiting">Readers who get nothing until it is resumed.</param>
public sealed record PausedIssue(long Id, string Newsletter, DateOnly Week, int Waiting);

/// <param name="Alerts">Open ones.</param>
/// <param name="Paused">Issues that an operator or a rule paused, whose pause no open alert tells of.</param>
public sealed record Attention(IReadOnlyList<Alert> Alerts, IReadOnlyList<PausedIssue> Paused)
{
    public static readonly Attention None = new([], []);
}

/// <summary>Finds the issues of any week that wait for an operator: who pauses one raises no alert, and must not forget it.</summary>
public sealed class PausedIssues(IDbContextFactory<DigestDbContext> contexts, OpenRows openRows)
{
    /// <returns>Those with readers who wait, the latest first.</returns>
    public async Task<IReadOnlyList<PausedIssue>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issues = await database.Issues.Where(issue => issue.State == IssueState.Paused)
            .Join(database.Newsletters, issue => issue.NewsletterId, newsletter => newsletter.Id, (issue, newsletter) => new { issue.Id, newsletter.Name, issue.Week })
            .OrderByDescending(issue => issue.Week).ToListAsync(cancellationToken);
        var paused = new List<PausedIssue>();
        foreach (var issue in issues)
        {
            var open = await openRows.CountAsync(issue.Id, cancellationToken);
            if (open.Waiting > 0)
            {
                paused.Add(new PausedIssue(issue.Id, issue.Name, issue.Week, open.Waiting));
            }
        }

        return paused;
    }
}
