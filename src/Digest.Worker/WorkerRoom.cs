using Digest.Data;
using Digest.Deliveries;
using Digest.Rendering;
using Digest.Schedule;

namespace Digest.Worker;

/// <summary>The scheduled worker: the only one that runs recurring jobs and holds SMTP credentials.</summary>
public static class WorkerRoom
{
    /// <summary>RFC 5321 section 4.5.3.2.6 lets a relay take ten minutes for its last reply, and a drain waits for it.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(11);

    /// <summary>Expects <see cref="DigestRooms.AddDigest"/> to be added by the host.</summary>
    public static IServiceCollection AddDigestWorker(this IServiceCollection services)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestDrain);
        services.AddDatabaseTime();
        services.AddDigestSending();
        services.AddHostedService<TemplateCheck>();
        services.AddHostedService<SendingService>();
        services.AddScheduleServer();
        return services;
    }
}
