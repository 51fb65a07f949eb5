using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>A worker's heartbeat, and what each beat does for all workers: recovers the claims of dead ones, expires rows, looks after the issues.</summary>
public sealed class WorkerPulse(
    WorkerRegister register, RecoverClaims recover, SweepLedger sweep, IssueWatch watch, SendBudgets budgets, RelayHolds holds, ClockWatch clock,
    SendingSpeed speed, IOptions<SendingSettings> settings, TimeProvider time, ILogger<WorkerPulse> log)
{
    private readonly ILogger logger = new UnfailingLog(log);

    /// <summary>
    /// Comes before the first claim, and after a look at the database's clock: the claims of an unknown worker are taken for
    /// lost, and a relay that holds must not hear of it. Waits for the database.
    /// </summary>
    /// <returns>False when stopped before.</returns>
    public async Task<bool> RegisterAsync(Guid worker, IReadOnlyList<Route> routes, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await clock.LookAsync(CancellationToken.None);
                await register.BeatAsync(worker, lanes: 0, speed.PerMinute(), CancellationToken.None);
                await budgets.ForgetAsync(CancellationToken.None);
                await holds.LookAsync(routes, CancellationToken.None);
                return true;
            }
            catch (Exception error)
            {
                logger.BeatFailed(error);
                await WaitAsync(stopping);
            }
        }

        return false;
    }

    /// <summary>Two loops: a duty that waits for a lock does not hold up the heart, or others would take a living worker's claims.</summary>
    public Task RunAsync(Guid worker, IReadOnlyList<Route> routes, Wake wake, CancellationToken drained) =>
        Task.WhenAll(BeatAsync(worker, routes, drained), DoDutiesAsync(worker, routes, wake, drained));

    private async Task BeatAsync(Guid worker, IReadOnlyList<Route> routes, CancellationToken drained)
    {
        while (!drained.IsCancellationRequested)
        {
            await TryAsync(() => register.BeatAsync(worker, routes.Sum(route => route.Gate.Open), speed.PerMinute(), CancellationToken.None));
            await WaitAsync(drained);
        }
    }

    private async Task DoDutiesAsync(Guid worker, IReadOnlyList<Route> routes, Wake wake, CancellationToken drained)
    {
        while (!drained.IsCancellationRequested)
        {
            await TryAsync(() => clock.LookAsync(CancellationToken.None));
            await TryAsync(() => holds.LookAsync(routes, CancellationToken.None));
            await TryAsync(async () =>
            {
                var (recovered, inDoubt) = await recover.RunAsync(worker, CancellationToken.None);
                if (recovered > 0)
                {
                    logger.ClaimsRecovered(recovered, inDoubt);
                }

                if (await sweep.ExpireAsync(CancellationToken.None) > 0 || recovered > 0)
                {
                    wake.Set();
                }
            });
            await TryAsync(() => watch.RunAsync(CancellationToken.None));
            await WaitAsync(drained);
        }
    }

    /// <summary>Whatever fails: lanes that go on without a heartbeat would have their claims taken, and one duty does not stop the next.</summary>
    private async Task TryAsync(Func<Task> duty)
    {
        try
        {
            await duty();
        }
        catch (Exception error)
        {
            logger.BeatFailed(error);
        }
    }

    public Task StopAsync(Guid worker) => register.StopAsync(worker, CancellationToken.None);

    private async Task WaitAsync(CancellationToken until) => await Task
        .Delay(TimeSpan.FromSeconds(settings.Value.HeartbeatSeconds), time, until)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
