namespace Digest.Web.Pages.Admin;

/// <summary>What operators reach, behind the login: the admin page and Hangfire's dashboard.</summary>
public static class AdminPages
{
    public static IServiceCollection AddAdminPages(this IServiceCollection services)
    {
        services.AddAuthentication();
        services.AddAuthorization();
        return services;
    }

    public static void MapAdminPages(this WebApplication app)
    {
    }
}
