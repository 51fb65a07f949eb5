using System.Collections.Concurrent;

namespace Digest.Deliveries;

/// <summary>
/// How far in due order a worker has claimed of each issue. The index keeps an entry of each claimed row until it is
/// vacuumed, and a claim that began at the front would pass all of them again: the last thousand would cost more than the
/// first. Only a hint: from time to time a claim begins at the front and finds what was given back.
/// </summary>
public sealed class ClaimCursor(TimeProvider time)
{
    /// <summary>Before every row.</summary>
    public static readonly (DateTimeOffset DueAt, long SubscriberId) Front = (DateTimeOffset.MinValue, 0);

    private static readonly TimeSpan FrontEvery = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<long, ((DateTimeOffset DueAt, long SubscriberId) At, DateTimeOffset FrontAt)> cursors = [];

    /// <summary>Claims begin after this row.</summary>
    public (DateTimeOffset DueAt, long SubscriberId) Of(long issueId) =>
        cursors.TryGetValue(issueId, out var cursor) && time.GetUtcNow() - cursor.FrontAt < FrontEvery ? cursor.At : Front;

    /// <param name="issueId">The issue.</param>
    /// <param name="from">Where the claim began.</param>
    /// <param name="last">The last row in due order that it took.</param>
    public void Advance(long issueId, (DateTimeOffset DueAt, long SubscriberId) from, (DateTimeOffset DueAt, long SubscriberId) last) =>
        cursors[issueId] = (last, from == Front ? time.GetUtcNow() : cursors[issueId].FrontAt);

    /// <summary>Nothing was left behind the cursor: the next claim looks everywhere.</summary>
    /// <returns>Whether the cursor stood anywhere but at the front.</returns>
    public bool Reset(long issueId) => cursors.TryRemove(issueId, out _);
}
