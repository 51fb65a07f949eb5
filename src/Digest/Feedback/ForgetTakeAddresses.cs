using Digest.Data;
using Digest.Settings;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Feedback;

/// <summary>Takes the addresses out of takes, by age or because somebody asked. What was said stays, as anybody's.</summary>
public sealed partial class ForgetTakeAddresses(
    IDbContextFactory<DigestDbContext> contexts, IOptions<TakeSettings> settings, TimeProvider time, ILogger<ForgetTakeAddresses> logger)
{
    /// <summary>Those older than <see cref="TakeSettings.KeepAddressDays"/>.</summary>
    /// <returns>How many takes lost their address.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-settings.Value.KeepAddressDays);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await ForgetAsync(database.Takes.Where(take => take.Address != null && take.CreatedAt < before), cancellationToken);
    }

    /// <summary>One person's, in every newsletter, however they wrote it: in capitals, or its domain in other letters.</summary>
    /// <returns>How many takes lost their address.</returns>
    /// <exception cref="RefusedException">This is no address.</exception>
    public async Task<int> ForAsync(string typed, CancellationToken cancellationToken)
    {
        var wanted = EmailAddress.Parse(typed, out var problem) ?? throw new RefusedException(problem);
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await database.Takes.Where(take => take.Address != null).Select(take => take.Address!).Distinct().ToListAsync(cancellationToken);
        var theirs = known.Where(address => EmailAddress.Parse(address, out _)?.Key == wanted.Key).ToList();
        return await ForgetAsync(database.Takes.Where(take => theirs.Contains(take.Address!)), cancellationToken);
    }

    private async Task<int> ForgetAsync(IQueryable<Take> takes, CancellationToken cancellationToken)
    {
        var count = await takes.ExecuteUpdateAsync(set => set.SetProperty(take => take.Address, (string?)null), cancellationToken);
        LogForgotten(count);
        return count;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} takes lost their address.")]
    private partial void LogForgotten(int count);
}
