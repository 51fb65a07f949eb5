namespace Digest.Web.Pages.Admin;

/// <summary>What every answer under <c>/admin</c> carries, refusals included.</summary>
internal static class AdminHeaders
{
    private const string Pages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Hangfire's own pages set widths and colours in style attributes.
    private const string Jobs =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Stands before authentication, so that a redirect to the login page is not stored either.</summary>
    public static void UseAdminHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/admin", out var rest))
        {
            var headers = context.Response.Headers;
            // As antiforgery would write it: it warns about every other form.
            headers.CacheControl = "no-cache, no-store";
            headers.ContentSecurityPolicy = rest.StartsWithSegments(JobsDashboard.Segment) ? Jobs : Pages;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["X-Robots-Tag"] = "noindex";
        }

        return next(context);
    });
}
