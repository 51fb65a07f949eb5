using Digest.Deliveries;
using Digest.Schedule;

namespace Digest.Worker;

/// <summary>The scheduled worker: the only one that runs recurring jobs and holds SMTP credentials.</summary>
public static class WorkerRoom
{
    /// <summary>Expects <see cref="DigestRooms.AddDigest"/> to be added by the host.</summary>
    public static IServiceCollection AddDigestWorker(this IServiceCollection services)
    {
        services.AddDigestSending();
        services.AddHostedService<SendingService>();
        services.AddScheduleServer();
        return services;
    }
}
