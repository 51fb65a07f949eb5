using System.Data.Common;
using Digest.Smtp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>Sends what is due: claims, and keeps the lanes busy, until the host stops; then drains.</summary>
public sealed class SendingService(
    WorkerPulse pulse, ClaimLoop claimLoop, DueListener listener, ReleaseClaims release, LedgerWrite write, Lane lane,
    IOptions<SendingSettings> sending, IOptions<SmtpSettings> smtp, TimeProvider time,
    ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger logger = loggers.CreateLogger<SendingService>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worker = Guid.CreateVersion7();
        var wake = new Wake(time);
        using var queue = new ClaimQueue(sending.Value.BatchSize, wake);
        if (!await pulse.RegisterAsync(worker, stoppingToken))
        {
            return;
        }

        // The heart beats until the last reply is settled: while it drains, nobody may take its claims for lost.
        using var drained = new CancellationTokenSource();
        var beating = pulse.RunAsync(worker, wake, drained.Token);
        logger.WorkerStarted(worker, smtp.Value.Connections);

        var ledger = new GroupCommit(write, worker, time, loggers.CreateLogger<GroupCommit>());
        var writing = ledger.RunAsync();
        var lanes = Enumerable.Range(0, smtp.Value.Connections)
            .Select(_ => lane.RunAsync(worker, queue, ledger, stoppingToken));
        await Task.WhenAll([claimLoop.RunAsync(worker, queue, wake, stoppingToken), listener.RunAsync(wake, stoppingToken), .. lanes]);
        ledger.Complete();
        await writing;
        await StopAsync(worker);
        await drained.CancelAsync();
        await beating;
    }

    /// <summary>If the database is away the claims stay, and are recovered when the heartbeat has lapsed.</summary>
    private async Task StopAsync(Guid worker)
    {
        try
        {
            var released = await release.AllAsync(worker, CancellationToken.None);
            await pulse.StopAsync(worker);
            logger.WorkerStopped(worker, released);
        }
        catch (DbException error)
        {
            logger.StopNotRecorded(error, worker);
        }
    }
}
