using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>Keeps the lanes supplied: claims when half of the last claims are done, when woken, and each time it polls.</summary>
public sealed class ClaimLoop(
    RouteClaims claims, SendingIssues sendingIssues, ReleaseClaims release, SweepLedger sweep, IOptions<SendingSettings> settings,
    TimeProvider time, ILogger<ClaimLoop> log)
{
    /// <summary>Far more than a message takes, and what a reader does not notice.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = new UnfailingLog(log);

    public async Task RunAsync(Guid worker, IReadOnlyList<Route> routes, Wake wake, CancellationToken stopping)
    {
        var turns = new RelayTurns(routes, settings.Value.BatchSize, time);
        var claimLost = false;
        while (!stopping.IsCancellationRequested)
        {
            var next = TimeSpan.FromSeconds(settings.Value.PollSeconds);
            try
            {
                foreach (var route in routes)
                {
                    await route.Lost.ReleaseAsync(release, worker, route.Unused, stopping);
                }

                if (claimLost && IsIdle(routes))
                {
                    // One that outlived its connection may have been committed after that: whatever is still ours no lane knows of.
                    await release.AllAsync(worker, stopping);
                    claimLost = false;
                }

                next = await ClaimAsync(worker, turns, next, stopping);
                if (next > TimeSpan.Zero && IsIdle(routes))
                {
                    await CompleteAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            // Whatever it was: a worker whose heart beats and that claims nothing would look alive to everybody.
            catch (Exception error)
            {
                claimLost = true;
                foreach (var route in routes)
                {
                    route.Excuse();
                }

                logger.ClaimFailed(error);
            }

            if (next > TimeSpan.Zero)
            {
                await wake.WaitAsync(next, stopping);
            }
        }
    }

    private static bool IsIdle(IReadOnlyList<Route> routes) => routes.All(route => route.Queue.Outstanding == 0);

    /// <returns>When to look again: at once when there is more to claim and room for it.</returns>
    private async Task<TimeSpan> ClaimAsync(Guid worker, RelayTurns turns, TimeSpan poll, CancellationToken stopping)
    {
        var next = poll;
        IReadOnlyList<SendingIssue>? issues = null;
        foreach (var (route, turn, atMost) in turns.Now())
        {
            route.Regulate();
            route.Queue.LetGo(time.GetUtcNow() - LongestHold);
            await claims.ReturnUnusedAsync(route, stopping);
            if (route.Gate.Open == 0 || route.StepsAside)
            {
                // No lane of this worker may have a connection, but others' may; or all lanes wait for a relay that says nothing.
                await GiveBackAsync(worker, route, stopping);
            }

            if (Math.Min(atMost, route.Room) is > 0 and var room && MayLook(route, turn, poll))
            {
                issues ??= route.Queue.IsLow ? await sendingIssues.ReadAsync(stopping) : null;
                var again = await claims.ClaimAsync(
                    worker, route, turn, room, route.Queue.IsLow ? issues ?? [] : [], poll, stopping);
                next = again < next ? again : next;
            }
        }

        return next;
    }

    /// <summary>Little of what goes out was deferred by a relay that takes nothing else now: a look now and then is enough.</summary>
    private bool MayLook(Route route, RelayTurn? turn, TimeSpan poll)
    {
        var now = time.GetUtcNow();
        if (turn is { ItsOwnOnly: true } && now - route.LastClaimAt < poll)
        {
            return false;
        }

        route.LastClaimAt = now;
        return true;
    }

    private async Task GiveBackAsync(Guid worker, Route route, CancellationToken stopping)
    {
        while (route.Queue.TryTakeBack() is { } claim)
        {
            try
            {
                if (await release.OneAsync(claim, worker, stopping))
                {
                    route.Unused.Add(claim);
                }
            }
            catch
            {
                route.Lost.Add(claim);
                throw;
            }
            finally
            {
                route.TakeBack(claim);
            }
        }
    }

    private async Task CompleteAsync(CancellationToken stopping)
    {
        foreach (var issue in await sweep.CompleteAsync(stopping))
        {
            logger.IssueSent(issue);
        }
    }
}
