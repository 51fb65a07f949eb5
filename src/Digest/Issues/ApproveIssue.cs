using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>Binds an issue to the hash of its frozen content: other content is never sent.</summary>
public sealed class ApproveIssue(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <param name="issueId">The issue.</param>
    /// <param name="approvedBy">An operator's name, or "policy".</param>
    /// <param name="seenHash">Hash of what the operator looked at, when known; a different frozen hash is refused.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="RefusedException">The issue cannot be approved in its state, or changed since it was looked at.</exception>
    public Task RunAsync(long issueId, string approvedBy, byte[]? seenHash, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{time}");
}
