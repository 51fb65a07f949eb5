using Microsoft.Extensions.Hosting;

namespace Digest.Deliveries;

/// <summary>Sends what is due: claims, and keeps the lanes busy, until the host stops; then drains.</summary>
public sealed class SendingService : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => throw new NotImplementedException();
}
