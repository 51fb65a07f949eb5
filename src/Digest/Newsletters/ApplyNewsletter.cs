using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Newsletters;

public enum ApplyResult
{
    Created,
    Changed,
    Unchanged,
}

/// <summary>Creates the newsletter, or changes the one with the same slug. Applying the same settings twice changes nothing.</summary>
public sealed class ApplyNewsletter(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    public Task<(long NewsletterId, ApplyResult Result)> RunAsync(Newsletter wanted, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{time}");
}
