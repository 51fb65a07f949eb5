using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Digest.Schedule;

public static class ScheduleRoom
{
    public static IServiceCollection AddSchedule(this IServiceCollection services)
    {
        services.AddSingleton<WeekAlerts>();
        services.AddSingleton<RunWeek>();
        return services;
    }

    /// <summary>Registers the recurring jobs and runs them: the worker, as a rehearsal writes messages.</summary>
    public static IServiceCollection AddScheduleServer(this IServiceCollection services)
    {
        services.AddHangfireStorage();
        services.AddSingleton<RecurringJobs>();
        services.AddSingleton<RehearseWeek>();
        services.AddSingleton<ScheduledJobs>();
        services.AddHostedService<RegisterAtStart>();
        services.AddHangfireServer(server =>
        {
            server.Queues = [RecurringJobs.Queue];
            server.WorkerCount = 2;
        });
        // A rehearsal takes minutes for a million readers; no Monday waits for it.
        services.AddHangfireServer(server =>
        {
            server.Queues = [RecurringJobs.RehearsalQueue];
            server.WorkerCount = 1;
        });
        return services;
    }

    /// <summary>A new installation's first jobs; after that they follow the newsletters by themselves.</summary>
    private sealed class RegisterAtStart(RecurringJobs recurring) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => recurring.SyncAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
