using Microsoft.Extensions.DependencyInjection;

namespace Digest.Schedule;

public static class ScheduleRoom
{
    public static IServiceCollection AddSchedule(this IServiceCollection services)
    {
        services.AddSingleton<RunWeek>();
        return services;
    }
}
