using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Rendering;

public static class RenderingRoom
{
    public static IServiceCollection AddRendering(this IServiceCollection services)
    {
        services.AddSettings<TemplateSettings>();
        services.AddSingleton<TemplateEngine>();
        services.AddSingleton<MailRenderer>();
        services.AddKeyedSingleton(DeadLinks.Client, (_, _) => PublicHosts.NewClient());
        services.AddSingleton<DeadLinks>();
        return services;
    }
}
