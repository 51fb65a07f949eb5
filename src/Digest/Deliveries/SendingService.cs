using Digest.Smtp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>Sends what is due: claims, and keeps the lanes busy, until the host stops; then drains.</summary>
public sealed class SendingService(
    WorkerPulse pulse, ClaimLoop claimLoop, RouteClaims claims, DueListener listener, Routes relayRoutes, RelaySlots slots, ReleaseClaims release,
    LedgerWrite write, Lane lane, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger logger = new UnfailingLog(loggers.CreateLogger<SendingService>());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What cannot wait for its sockets must not look alive.
        _ = WireLoop.Next();
        var worker = Guid.CreateVersion7();
        var wake = new Wake(time);
        var routes = relayRoutes.Open(wake);
        if (!await pulse.RegisterAsync(worker, routes, stoppingToken))
        {
            return;
        }

        // The heart beats until the last reply is settled: while it drains, nobody may take its claims for lost.
        using var drained = new CancellationTokenSource();
        var beating = pulse.RunAsync(worker, routes, wake, drained.Token);
        var connections = routes.Sum(route => route.Relay.Settings.Connections);
        logger.WorkerStarted(worker, connections);

        var ledger = new GroupCommit(write, worker, connections, WireLoop.Next(), time, loggers.CreateLogger<GroupCommit>());
        var writing = ledger.RunAsync();
        var lanes = routes.SelectMany(route => Enumerable.Range(0, route.Relay.Settings.Connections)
            .Select(number => lane.RunAsync(worker, route, number, ledger, stoppingToken)));
        using var closed = new CancellationTokenSource();
        var sharing = slots.RunAsync(worker, routes, wake, stoppingToken, closed.Token);
        await Task.WhenAll([claimLoop.RunAsync(worker, routes, wake, stoppingToken), listener.RunAsync(wake, stoppingToken), .. lanes]);
        await closed.CancelAsync();
        await sharing;
        ledger.Complete();
        await writing;
        await StopAsync(worker, routes);
        await drained.CancelAsync();
        await beating;
        foreach (var route in routes)
        {
            route.Dispose();
        }
    }

    /// <summary>If that fails, the database being away or whatever it is, the claims stay and are recovered when the heartbeat has lapsed.</summary>
    private async Task StopAsync(Guid worker, IReadOnlyList<Route> routes)
    {
        try
        {
            var released = await release.AllAsync(worker, CancellationToken.None);
            foreach (var route in routes)
            {
                await ReturnAsync(route, released);
            }

            await slots.GiveUpAsync(worker, CancellationToken.None);
            await pulse.StopAsync(worker);
            logger.WorkerStopped(worker, released.Count);
        }
        catch (Exception error)
        {
            logger.StopNotRecorded(error, worker);
        }
    }

    /// <summary>What no lane has taken any more was counted under limits, too.</summary>
    private Task ReturnAsync(Route route, IReadOnlySet<(LedgerKey Key, DateTimeOffset ClaimedAt)> released)
    {
        route.Lost.Released(released, route.Unused);
        while (route.Queue.TryTakeBack() is { } claim)
        {
            route.Unused.Add(claim, released);
            route.Queue.Done();
        }

        return claims.ReturnUnusedAsync(route, CancellationToken.None);
    }
}
