using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>One line of the queue as the operator sees it.</summary>
public sealed record DeliveryLine(
    long SubscriberId, string Address, DeliveryState State, DateTimeOffset DueAt, int Attempts, DateTimeOffset? SettledAt,
    string? Stage, int? ReplyCode, string? EnhancedCode, string? Reply, string MessageId);

/// <summary>Looks up the queue of an issue, newest movement first.</summary>
public sealed class DeliverySearch(NpgsqlDataSource dataSource)
{
    /// <param name="issueId">The issue.</param>
    /// <param name="address">Part of an address, compared without case; empty is everybody.</param>
    /// <param name="state">Only this state, or any.</param>
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">1 to 500.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>The page and how many lines match in all.</returns>
    public Task<(IReadOnlyList<DeliveryLine> Lines, int Total)> FindAsync(
        long issueId, string address, DeliveryState? state, int page, int pageSize, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{dataSource}");
}
