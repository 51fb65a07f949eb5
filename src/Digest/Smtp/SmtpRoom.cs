using Microsoft.Extensions.DependencyInjection;

namespace Digest.Smtp;

public static class SmtpRoom
{
    public static IServiceCollection AddSmtp(this IServiceCollection services) => services;
}
