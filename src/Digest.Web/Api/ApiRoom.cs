using Microsoft.AspNetCore.Diagnostics;
using Microsoft.OpenApi;

namespace Digest.Web.Api;

/// <summary>What programs reach: stories in JSON, by key (docs/api.md).</summary>
public static class ApiRoom
{
    /// <summary>Where the API describes itself, without a key.</summary>
    public const string Description = "/api/openapi.json";

    private const string Scheme = "key";

    public static IServiceCollection AddDigestApi(this IServiceCollection services)
    {
        services.AddSingleton<KeyFilter>();
        services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = route => route.RelativePath?.StartsWith("api/newsletters/", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer((document, _, _) =>
            {
                Describe(document);
                return Task.CompletedTask;
            });
        });
        return services;
    }

    /// <summary>
    /// Stands before routing and after the readers' error pages, which it keeps out: a program that fails is told so in a
    /// form it can read (RFC 9457), whatever failed.
    /// </summary>
    public static void UseApiProblems(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/api"))
        {
            await next(context);
            return;
        }

        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        try
        {
            await next(context);
        }
        catch (Exception error) when (error is not OperationCanceledException && !context.Response.HasStarted)
        {
            ApiLog.Failed(app.Logger, error);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null })
        {
            await ApiProblem.Of(context.Response.StatusCode).ExecuteAsync(context);
        }
    });

    public static void MapDigestApi(this WebApplication app)
    {
        app.MapStories();
        app.MapOpenApi(Description);
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Digest",
            Version = "1",
            Description = "Stories of a newsletter, by the rules of a story file. Keys are made with `digest api-key add NAME`; each is for one newsletter.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key that begins with dgst_." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
    }
}
