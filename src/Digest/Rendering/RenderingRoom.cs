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
        return services;
    }
}
