using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Smtp;

public static class SmtpRoom
{
    public static IServiceCollection AddSmtp(this IServiceCollection services)
    {
        services.AddSettings<SmtpSettings>();
        services.AddSettings<RelaySettings>();
        services.AddSettings<DkimSettings>();
        services.AddSingleton<MessageComposer>();
        services.AddSingleton<Relays>();
        // Who sends a single mail by hand takes the best relay.
        services.AddSingleton(provider => provider.GetRequiredService<Relays>().All[0].Sessions);
        return services;
    }
}
