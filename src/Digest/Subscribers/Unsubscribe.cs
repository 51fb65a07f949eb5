using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

public enum UnsubscribeResult
{
    Unsubscribed,
    AlreadyUnsubscribed,
    Unknown,
}

/// <summary>Leaves one newsletter, in force at the next claim. Idempotent; its token never expires (checklist H3).</summary>
public sealed class Unsubscribe(IDbContextFactory<DigestDbContext> contexts, Tokens tokens, TimeProvider time)
{
    /// <param name="token">From the mail.</param>
    /// <param name="source">For the evidence: "one-click" or "unsubscribe page".</param>
    /// <param name="remoteAddress">IP of the request, when the installation records it.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public Task<UnsubscribeResult> RunAsync(string token, string source, string? remoteAddress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{tokens}{time}");
}
