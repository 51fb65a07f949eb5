using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Feedback;

public static class FeedbackRoom
{
    public static IServiceCollection AddFeedback(this IServiceCollection services)
    {
        services.AddSettings<TakeSettings>();
        services.AddSingleton<TakeStamps>();
        services.AddSingleton<GiveTake>();
        services.AddSingleton<TakeBook>();
        services.AddSingleton<ForgetTakeAddresses>();
        return services;
    }
}
