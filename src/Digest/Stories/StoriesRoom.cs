using Microsoft.Extensions.DependencyInjection;

namespace Digest.Stories;

public static class StoriesRoom
{
    public static IServiceCollection AddStories(this IServiceCollection services)
    {
        services.AddSingleton<ImportStories>();
        return services;
    }
}
