using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

internal static class IssueLock
{
    /// <summary>Reads an issue and keeps its row to the end of the transaction: whoever changes its state comes one by one.</summary>
    /// <exception cref="RefusedException">There is no such issue.</exception>
    public static async Task<Issue> LockIssueAsync(this DigestDbContext database, long issueId, CancellationToken cancellationToken) =>
        await database.Issues
            .FromSql($"select * from digest.issues where id = {issueId} for update")
            .AsTracking()
            .SingleOrDefaultAsync(cancellationToken)
        ?? throw new RefusedException($"There is no issue {issueId}.");

    /// <summary>How a sentence names it.</summary>
    public static string Title(this Issue issue) => $"The issue of {issue.Week:yyyy-MM-dd}";
}
