using Microsoft.Extensions.Hosting;

namespace Digest.Data;

/// <summary>
/// Keeps a host on the database's clock: measured at its start, and each minute from then on, as somebody may set the machine's
/// clock right meanwhile.
/// </summary>
internal sealed class DatabaseTimeKeeper(DatabaseTime time) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await time.MeasureAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Between, time, stoppingToken);
            await TryMeasureAsync(stoppingToken);
        }
    }

    private async Task TryMeasureAsync(CancellationToken stopping)
    {
        try
        {
            await time.MeasureAsync(stopping);
        }
        // Whatever it was, a name that does not resolve among others: an error that leaves this would stop the host.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The database is away, which whoever needs it says: until it is back the clock goes on from the last look.
        }
    }
}
