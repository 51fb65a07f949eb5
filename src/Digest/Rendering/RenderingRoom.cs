using Microsoft.Extensions.DependencyInjection;

namespace Digest.Rendering;

public static class RenderingRoom
{
    public static IServiceCollection AddRendering(this IServiceCollection services)
    {
        services.AddSingleton<MailRenderer>();
        return services;
    }
}
