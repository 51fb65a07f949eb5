using Digest.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Operators;

public static class OperatorsRoom
{
    /// <summary>Alerts, and ASP.NET Core Identity's store of operators; cookies and pages are the web host's.</summary>
    public static IServiceCollection AddOperators(this IServiceCollection services)
    {
        services.AddSingleton<AlertBook>();
        services.AddSingleton<OperatorLogins>();
        services.AddIdentityCore<Operator>(identity =>
            {
                // Length beats composition rules (NIST SP 800-63B section 5.1.1.2).
                identity.Password.RequiredLength = 12;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;
                identity.User.RequireUniqueEmail = true;
                // The name is the address, whose local part may hold more than Identity's own list (RFC 5321 section 4.1.2).
                identity.User.AllowedUserNameCharacters = "";
                identity.Lockout.MaxFailedAccessAttempts = 5;
                identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
            })
            .AddEntityFrameworkStores<DigestDbContext>();
        return services;
    }
}
