namespace Digest.Web.Pages.Public;

/// <summary>What readers reach: subscribe, confirm, unsubscribe, preferences, issues and stories.</summary>
public static class PublicPages
{
    public static IServiceCollection AddPublicPages(this IServiceCollection services) => services;

    public static void MapPublicPages(this WebApplication app)
    {
    }
}
