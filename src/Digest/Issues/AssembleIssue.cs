using Digest.Data;
using Digest.Rendering;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>
/// Chooses and orders the window's stories, renders, freezes. The same week assembled twice is one issue; an issue that
/// is not yet queued may be assembled anew when its stories changed, which revokes its approval.
/// </summary>
public sealed class AssembleIssue(IDbContextFactory<DigestDbContext> contexts, MailRenderer renderer, TimeProvider time)
{
    /// <returns>The issue with its stories and contents; state <see cref="IssueState.Skipped"/> for a week without stories.</returns>
    /// <exception cref="RefusedException">The week's window has not closed yet.</exception>
    public Task<Issue> RunAsync(long newsletterId, Week week, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{renderer}{time}");
}
