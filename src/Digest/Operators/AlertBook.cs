using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Operators;

/// <summary>Raises and clears what the operator must know.</summary>
public sealed class AlertBook(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <summary>Raising the same kind for the same issue again while it is open changes nothing.</summary>
    public Task RaiseAsync(
        string kind, long? newsletterId, long? issueId, string message, string nextStep, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{time}");

    public Task ClearAsync(string kind, long? newsletterId, long? issueId, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public Task<IReadOnlyList<Alert>> OpenAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
