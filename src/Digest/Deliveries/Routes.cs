using Digest.Operators;
using Digest.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>Makes a worker's routes, one a relay.</summary>
public sealed class Routes(
    Relays relays, BackOff backOff, RelayHolds holds, AlertBook alerts, IOptions<SendingSettings> settings, TimeProvider time, ILogger<RelayWatch> logger)
{
    /// <param name="wake">Set when one of them has room for more claims.</param>
    /// <returns>In the order of the relays; whoever asks disposes them.</returns>
    public IReadOnlyList<Route> Open(Wake wake)
    {
        List<Route> routes = [.. relays.All.Select(relay => new Route(
            relay,
            new RelayCircuit(time, relay.Settings.Connections),
            new RelayWatch(relay.Name, alerts, logger),
            holds,
            new ClaimQueue(settings.Value.BatchSize, relay.Settings.Connections, wake),
            new LostClaims(time, TimeSpan.FromSeconds(settings.Value.LapseSeconds)),
            new SettlementRules(backOff, new PolicyRefusals())))];
        foreach (var route in routes)
        {
            route.Others = [.. routes.Where(other => other != route)];
            route.Regulate();
        }

        return routes;
    }
}
