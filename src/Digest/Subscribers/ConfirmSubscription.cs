using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

public enum ConfirmResult
{
    Confirmed,
    AlreadyConfirmed,
    Expired,
    Unknown,
}

/// <summary>The second step of double opt-in, by POST only: confirms, appends evidence, writes the welcome notice.</summary>
public sealed class ConfirmSubscription(IDbContextFactory<DigestDbContext> contexts, Tokens tokens, TimeProvider time)
{
    public Task<ConfirmResult> RunAsync(string token, string? remoteAddress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{tokens}{time}");
}
