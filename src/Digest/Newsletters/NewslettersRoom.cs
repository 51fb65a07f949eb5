using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Newsletters;

public static class NewslettersRoom
{
    public static IServiceCollection AddNewsletters(this IServiceCollection services)
    {
        services.AddSettings<PublicUrlSettings>();
        services.AddSingleton<PublicUrls>();
        services.AddSingleton<ApplyNewsletter>();
        return services;
    }
}
