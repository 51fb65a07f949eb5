using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>Claims for one relay what its limits, the issues' own and the room in its queue allow.</summary>
public sealed class RouteClaims(ClaimDue claimDue, SendBudgets budgets, TimeProvider time, ILogger<RouteClaims> log)
{
    /// <summary>A budget is not asked more often, however fast it fills.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    private readonly ILogger logger = new UnfailingLog(log);

    /// <param name="worker">Who holds the claims.</param>
    /// <param name="route">For whom.</param>
    /// <param name="turn">What of the rows is its.</param>
    /// <param name="room">At most so many.</param>
    /// <param name="issues">Those that may be claimed of; none while enough of them waits, and notices alone are looked for.</param>
    /// <param name="poll">The longest wait.</param>
    /// <param name="stopping">Stops before a claim.</param>
    /// <returns>When to look again; at once when there is more to claim and room for it.</returns>
    public async Task<TimeSpan> ClaimAsync(
        Guid worker, Route route, RelayTurn? turn, int room, IReadOnlyList<SendingIssue> issues, TimeSpan poll, CancellationToken stopping)
    {
        var limits = Budget.Of(route.Relay, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        var allowance = await TakeAsync(route, limits, room, stopping);
        route.IsShort = allowance.Count < room;
        var wasSpent = route.IsSpentToday;
        route.IsSpentToday = allowance is { Count: 0, Scarcest.PerSecond: 0 };
        if (route.IsSpentToday && !wasSpent)
        {
            logger.SpentToday(route.Name, allowance.Scarcest!.Capacity);
        }

        if (allowance.Count == 0)
        {
            return Refill(allowance, poll);
        }

        var left = allowance.Count;
        var next = poll;
        try
        {
            var notices = await route.Lost.WatchAsync(
                time.GetUtcNow(), now => claimDue.NoticesAsync(worker, now, route.Name, turn, Budget.KeyOfDay(limits), left, stopping));
            left -= Add(route, turn, notices.Claims, limits);
            next = notices.More ? TimeSpan.Zero : poll;
            var first = issues.Count > 0 ? route.NextIssue() : 0;
            for (var i = 0; i < issues.Count && left > 0; i++)
            {
                // Each issue gets its share of the room, and the later ones what the earlier leave.
                var issue = issues[(first + i) % issues.Count];
                var (claimed, again) = await ClaimAsync(
                    worker, route, turn, issue, limits, Math.Max(1, left / (issues.Count - i)), poll, stopping);
                left -= claimed;
                next = again < next ? again : next;
            }
        }
        catch
        {
            route.Lost.Add(limits, left);
            throw;
        }

        route.Unused.Add(limits, left);
        await ReturnUnusedAsync(route, CancellationToken.None);
        return route.Queue.IsLow ? next : poll;
    }

    /// <summary>Gives back to the budgets what claims were counted for that came back without a try.</summary>
    public Task ReturnUnusedAsync(Route route, CancellationToken cancellationToken) => route.Unused.ReturnAsync(budgets, cancellationToken);

    private async Task<(int Claimed, TimeSpan Next)> ClaimAsync(
        Guid worker, Route route, RelayTurn? turn, SendingIssue issue, IReadOnlyList<Budget> relayLimits, int share, TimeSpan poll,
        CancellationToken stopping)
    {
        var limits = Budget.Of(issue);
        var allowance = await TakeAsync(route, limits, share, stopping);
        if (allowance.Count == 0)
        {
            return (0, Refill(allowance, poll));
        }

        var left = allowance.Count;
        try
        {
            var deliveries = await route.Lost.WatchAsync(
                time.GetUtcNow(),
                now => claimDue.DeliveriesAsync(issue, worker, now, route.Name, turn, Budget.KeyOfDay(relayLimits), left, stopping));
            left -= Add(route, turn, deliveries.Claims, [.. relayLimits, .. limits]);
            route.Unused.Add(limits, left);
            return (deliveries.Claims.Count, deliveries.More ? TimeSpan.Zero : poll);
        }
        catch
        {
            route.Lost.Add(limits, left);
            throw;
        }
    }

    /// <summary>What the budgets allow, less what was claimed under them and still waits: it was allowed to an earlier second.</summary>
    private async Task<Allowance> TakeAsync(Route route, IReadOnlyList<Budget> limits, int wanted, CancellationToken stopping)
    {
        foreach (var limit in limits)
        {
            wanted = Math.Min(wanted, limit.MayWait - route.Queue.WaitingUnder(limit));
            if (wanted <= 0)
            {
                return new Allowance(0, limit);
            }
        }

        return await budgets.TakeAsync(limits, wanted, stopping);
    }

    private static int Add(Route route, RelayTurn? turn, IReadOnlyList<Claim> claims, IReadOnlyList<Budget> limits)
    {
        var ofItsShare = turn is not { ItsOwnOnly: true };
        route.Add(limits.Count == 0 && ofItsShare ? claims : [.. claims.Select(claim => claim with { Limits = limits, OfShare = ofItsShare })]);
        return claims.Count;
    }

    private static TimeSpan Refill(Allowance allowance, TimeSpan poll)
    {
        var rate = allowance.Scarcest?.PerSecond ?? 0;
        var wait = rate * poll.TotalSeconds > 1 ? TimeSpan.FromSeconds(1 / rate) : poll;
        return wait > ShortestWait ? wait : ShortestWait;
    }
}
