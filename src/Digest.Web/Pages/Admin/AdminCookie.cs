using Digest.Newsletters;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Digest.Web.Pages.Admin;

/// <summary>The cookies of the admin pages; they are sent nowhere else, so no public page ever sees one.</summary>
internal static class AdminCookie
{
    private const string Path = "/admin";

    public static void AddAdminCookie(this IServiceCollection services)
    {
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<PublicUrlSettings>>((options, urls) =>
            {
                options.Cookie.Name = "digest.operator";
                options.Cookie.Path = Path;
                options.Cookie.HttpOnly = true;
                // Lax, not Strict: the link in a chat message or a bookmark opens the page; no cross-site POST carries it.
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.SecurePolicy = SecurePolicy(urls.Value);
                options.ExpireTimeSpan = TimeSpan.FromHours(12);
                options.SlidingExpiration = true;
                options.LoginPath = $"{Path}/login";
                options.AccessDeniedPath = $"{Path}/login";
                options.ReturnUrlParameter = "returnUrl";
                options.Events.OnRedirectToLogin = ChallengeAsync;
            });
        services.AddOptions<AntiforgeryOptions>().Configure(options =>
        {
            options.Cookie.Name = "digest.antiforgery";
            options.Cookie.Path = Path;
            // Never Always: it makes every form fail behind a proxy that ends TLS and says nothing of it.
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    /// <summary>
    /// The public URL is https but for loopback, so it tells what the browser speaks even when a proxy in between ends TLS.
    /// </summary>
    private static CookieSecurePolicy SecurePolicy(PublicUrlSettings urls) =>
        urls.PublicUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    /// <summary>A person is led to the login page; a script gets the plain answer instead of a page it cannot read.</summary>
    private static Task ChallengeAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (IsScript(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            // Without the host, so that neither a proxy that ends TLS nor a forged Host header changes where it leads.
            context.Response.Redirect(new Uri(context.RedirectUri).PathAndQuery);
        }

        return Task.CompletedTask;
    }

    private static bool IsScript(HttpRequest request) =>
        request.Headers.XRequestedWith == "XMLHttpRequest"
        || request.GetTypedHeaders().Accept.Any(accept =>
            accept.MediaType == "application/json" || accept.MediaType == "text/event-stream");
}
