using Microsoft.AspNetCore.Mvc.Filters;

namespace Digest.Web.Pages.Public;

/// <summary>What browsers are told about every page for readers: nothing from elsewhere, no scripts, no frames, no referrer.</summary>
internal sealed class PublicHeaders : IAlwaysRunResultFilter
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public void OnResultExecuting(ResultExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

/// <summary>A page whose path is a reader's token: kept by no cache and no search engine (checklist H6).</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TokenPageAttribute : Attribute, IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers["X-Robots-Tag"] = "noindex";
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

/// <summary>A story's body aligns table cells by style attributes, which its sanitiser limits to text-align.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StoryPageAttribute : Attribute, IAlwaysRunResultFilter, IOrderedFilter
{
    /// <summary>After <see cref="PublicHeaders"/>.</summary>
    public int Order => 1;

    public void OnResultExecuting(ResultExecutingContext context) =>
        context.HttpContext.Response.Headers.ContentSecurityPolicy = $"{PublicHeaders.ContentSecurityPolicy}; style-src-attr 'unsafe-inline'";

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

/// <summary>The page that shows a mail: its styles stand in its elements, and its pictures may be the publication's own.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class MailPageAttribute : Attribute, IAlwaysRunResultFilter, IOrderedFilter
{
    /// <summary>After <see cref="PublicHeaders"/>.</summary>
    public int Order => 1;

    public void OnResultExecuting(ResultExecutingContext context) => context.HttpContext.Response.Headers.ContentSecurityPolicy =
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
