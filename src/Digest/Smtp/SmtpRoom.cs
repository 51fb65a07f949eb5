using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Smtp;

public static class SmtpRoom
{
    public static IServiceCollection AddSmtp(this IServiceCollection services)
    {
        services.AddSettings<SmtpSettings>();
        services.AddSettings<DkimSettings>();
        services.AddSingleton<MessageComposer>();
        services.AddSingleton<SmtpSessions>();
        return services;
    }
}
