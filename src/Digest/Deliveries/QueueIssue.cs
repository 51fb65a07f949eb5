using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>Queued plus excluded is candidates.</summary>
public sealed record QueueResult(int Candidates, int Queued, IReadOnlyDictionary<ExclusionReason, int> Excluded);

/// <summary>
/// Turns the candidates of an approved issue into ledger rows, in one statement. Running it again finds the rows there
/// and returns the same figures.
/// </summary>
public sealed class QueueIssue(NpgsqlDataSource dataSource, IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <exception cref="RefusedException">The issue is not approved, or its frozen content differs from what was approved.</exception>
    public Task<QueueResult> RunAsync(long issueId, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{dataSource}{contexts}{time}");
}
