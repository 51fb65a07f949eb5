using Digest.Web.Api;
using Digest.Web.Pages.Admin;
using Digest.Web.Pages.Public;
using Microsoft.Extensions.FileProviders;

namespace Digest.Web;

/// <summary>The public pages, the admin page and the API, for the web host and for the demo alike.</summary>
public static class WebRoom
{
    public static WebApplicationBuilder AddDigestWeb(this WebApplicationBuilder builder)
    {
        // The framework's own lines at Information quote each request's path and query, which may hold a token.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Every statement, otherwise.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Services.AddDigest(builder.Configuration);
        builder.Services.AddRazorPages().AddApplicationPart(typeof(WebRoom).Assembly);
        builder.Services.AddPublicPages();
        builder.Services.AddAdminPages();
        builder.Services.AddDigestApi();
        return builder;
    }

    public static WebApplication MapDigestWeb(this WebApplication app)
    {
        app.UsePublicPages();
        app.UseApiProblems();
        // Embedded, so that every host that carries these pages carries their style sheet.
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new ManifestEmbeddedFileProvider(typeof(WebRoom).Assembly, "wwwroot"),
        });
        app.UseRouting();
        app.UseSharedPages();
        app.UseRateLimiter();
        app.UseAdminHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPublicPages();
        app.MapAdminPages();
        app.MapDigestApi();
        app.MapRazorPages();
        return app;
    }
}
