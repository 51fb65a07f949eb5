using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

/// <param name="Added">New rows.</param>
/// <param name="Unchanged">Rows whose address was known; an import never changes what a person chose.</param>
/// <param name="Suppressed">Rows not taken because the address is suppressed.</param>
public sealed record ImportSubscribersResult(int Added, int Unchanged, int Suppressed);

/// <summary>
/// Brings subscribers in from CSV with a header: address, and optionally state (pending, confirmed, unsubscribed),
/// time_zone, confirmed_at, topics (separated by ;). Never brings back somebody who left, never clears a suppression (checklist F8).
/// </summary>
public sealed class ImportSubscribers(IDbContextFactory<DigestDbContext> contexts, AddressHash addressHash, TimeProvider time)
{
    /// <exception cref="InputException">At least one row is wrong; every problem is named with its line and nothing was written.</exception>
    public Task<ImportSubscribersResult> RunAsync(long newsletterId, TextReader csv, string fileName, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{addressHash}{time}");
}
