using Digest.Settings;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Digest.Web.Pages.Public;

/// <summary>What readers reach: subscribe, confirm, unsubscribe, preferences, issues and stories, and what they think of them.</summary>
public static class PublicPages
{
    /// <summary>The largest form a reader's page takes; a mail client's one-click POST is 26 bytes.</summary>
    private const long LargestForm = 64 * 1024;

    public static IServiceCollection AddPublicPages(this IServiceCollection services)
    {
        services.AddSettings<WebSettings>();
        services.AddSingleton<RequestOrigin>();
        services.AddSingleton<TakeDesk>();
        services.AddSingleton<TakeRepeats>();
        services.AddSingleton<TakeRateLimit>();
        services.AddResponseCompression(Compress);
        services.AddLogging(HideReaderLinks);
        services.AddRateLimiter(limits => limits.AddPolicy<string, SignUpRateLimit>(SignUpRateLimit.Name));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<WebSettings>>(TrustProxies);
        services.Configure<RazorPagesOptions>(pages => pages.Conventions.AddFolderApplicationModelConvention("/Public", ForReaders));
        return services;
    }

    /// <summary>What comes before routing: the address behind a proxy, and a kind page for whatever goes wrong.</summary>
    public static void UsePublicPages(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        // These run a page again in place of the answer and never redirect: a one-click POST must not see a 3xx (RFC 8058 section 3.1).
        app.UseExceptionHandler("/errors/500");
        app.UseStatusCodePagesWithReExecute("/errors/{0}");
    }

    /// <summary>After routing: only what is the same for everybody is compressed (see <see cref="SharedPageAttribute"/>).</summary>
    public static void UseSharedPages(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<SharedPageAttribute>() is not null,
        shared => shared.UseResponseCompression());

    public static void MapPublicPages(this WebApplication app)
    {
        app.MapHealth();
        app.MapPublicSheet();
        app.MapBrandSheet();
        app.MapFeeds();
        app.MapSitemap();
        app.MapIssueArchive();
    }

    /// <summary>
    /// The path of a reader's link is a secret that acts for them (checklist H5). These are the loggers that would write
    /// it, the first as text and as a scope around every other line; None also keeps the scope from being opened.
    /// </summary>
    private static void HideReaderLinks(ILoggingBuilder logging) => logging
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
        .AddFilter("Microsoft.AspNetCore.Routing", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.StaticFiles", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Mvc", LogLevel.Warning);

    private static void TrustProxies(ForwardedHeadersOptions options, IOptions<WebSettings> settings)
    {
        options.ForwardedHeaders = settings.Value.TrustForwardedHeaders
            ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
            : ForwardedHeaders.None;
        foreach (var network in settings.Value.Networks())
        {
            options.KnownIPNetworks.Add(network);
        }
    }

    private static void Compress(ResponseCompressionOptions compression)
    {
        // Safe over https for what carries no secret, and nothing else comes this way.
        compression.EnableForHttps = true;
        compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/atom+xml"];
    }

    private static void ForReaders(PageApplicationModel page)
    {
        // No antiforgery: it needs a cookie, a mail client's POST carries none (RFC 8058 section 3.1), and there is no session
        // to ride. What acts here is the token in the path, or an address that must still be confirmed by mail.
        page.Filters.Add(new IgnoreAntiforgeryTokenAttribute());
        page.Filters.Add(new RequestSizeLimitAttribute(LargestForm));
        page.Filters.Add(new PublicHeaders());
    }
}
