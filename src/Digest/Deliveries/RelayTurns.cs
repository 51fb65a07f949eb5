namespace Digest.Deliveries;

/// <summary>For which relay rows are claimed.</summary>
/// <param name="Relay">Its name.</param>
/// <param name="ItsOwnOnly">Only what it deferred: better relays take the rest, or equals that are behind their share.</param>
/// <param name="Elsewhere">Relays that take now what they deferred themselves (RFC 6647: a greylisted message comes from the same source).</param>
/// <param name="Others">All other relays, whether they take mail now or not.</param>
public sealed record RelayTurn(string Relay, bool ItsOwnOnly, IReadOnlyList<string> Elsewhere, IReadOnlyList<string> Others);

/// <summary>
/// Whose turn it is: the relays of the lowest number, by their weights; those of a higher number only while none of the
/// better ones is there to take it. One that stands still is passed over.
/// </summary>
public sealed class RelayTurns(IReadOnlyList<Route> routes, int slack, TimeProvider time)
{
    /// <returns>
    /// Who may claim now and how much at most, whoever is furthest behind first. Looked at as it goes, so that a day's share
    /// that runs out here passes the turn on at once.
    /// </returns>
    public IEnumerable<(Route Route, RelayTurn? Turn, int AtMost)> Now()
    {
        var now = time.GetUtcNow();
        foreach (var route in routes)
        {
            route.Look(now);
        }

        var isTaken = false;
        foreach (var level in routes.GroupBy(route => route.Relay.Settings.Priority).OrderBy(level => level.Key))
        {
            var equals = Balance([.. level]);
            foreach (var route in level.OrderBy(route => route.Share).ToList())
            {
                // What it deferred goes to no other, so it waits for no other's share: those may have nothing left to come up to it with.
                var atMost = isTaken ? 0 : AtMost(route, equals);
                yield return (route, TurnOf(route, atMost == 0), route.StepsAside ? 0 : atMost == 0 ? route.Queue.Free : atMost);
            }

            isTaken |= level.Any(route => route.IsAvailable);
        }
    }

    /// <summary>A worker with one relay asks nothing of the rows.</summary>
    private RelayTurn? TurnOf(Route route, bool itsOwnOnly) => routes.Count == 1 ? null : new(
        route.Name, itsOwnOnly,
        [.. route.Others.Where(other => other.IsAvailable).Select(other => other.Name)],
        [.. route.Others.Select(other => other.Name)]);

    /// <returns>Those that take mail now and are held to their shares.</returns>
    private List<Route> Balance(List<Route> level)
    {
        var taking = level.FindAll(route => route is { IsAvailable: true, IsShort: false, Gate.Open: > 0 });
        var least = taking.Count == 0 ? 0 : taking.Min(route => route.Share);
        foreach (var route in level.Except(taking))
        {
            route.Forgive(least);
        }

        return taking;
    }

    /// <summary>Nobody is ahead of its share by more than the slack.</summary>
    private int AtMost(Route route, List<Route> equals)
    {
        var others = equals.FindAll(other => other != route);
        return others.Count == 0
            ? route.Queue.Free
            : Math.Max(0, (int)(((others.Min(other => other.Share) - route.Share) * route.Relay.Settings.Weight) + slack));
    }
}
