using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Subscribers;

/// <param name="NewsletterId">To what.</param>
/// <param name="Address">As typed.</param>
/// <param name="Source">For the consent evidence, for example "public page".</param>
/// <param name="RemoteAddress">IP of the request, when the installation records it.</param>
public sealed record SubscribeRequest(long NewsletterId, string Address, string Source, string? RemoteAddress, string? TimeZone = null);

/// <summary>
/// The first step of double opt-in: a pending row, its evidence and a confirmation notice, in one transaction.
/// The caller learns nothing about whether the address was known (checklist H7); a confirmed reader gets no second mail.
/// </summary>
public sealed class Subscribe(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <exception cref="RefusedException">The address cannot be mailed to; the message is for the person who typed it.</exception>
    public Task RunAsync(SubscribeRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{time}");
}
