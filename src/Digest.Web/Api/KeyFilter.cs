using Digest.Stories.Keys;
using Microsoft.Net.Http.Headers;

namespace Digest.Web.Api;

/// <summary>Lets through who bears a key of the newsletter in the path (RFC 6750).</summary>
internal sealed class KeyFilter(ApiKeys keys) : IEndpointFilter
{
    private const string Scheme = "Bearer";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var presented = Presented(http.Request);
        var known = presented is null ? null : await keys.FindAsync(presented, http.RequestAborted);
        if (known is null)
        {
            // RFC 6750 section 3.1: who presented nothing is not told of an error.
            http.Response.Headers.WWWAuthenticate = presented is null ? $"{Scheme} realm=\"Digest\"" : $"{Scheme} realm=\"Digest\", error=\"invalid_token\"";
            return ApiProblem.Of(StatusCodes.Status401Unauthorized, presented is null
                ? "A key is wanted: send `Authorization: Bearer dgst_...`. `digest api-key add NAME` makes one."
                : "This key is unknown or revoked; `digest api-key list` says which there are, `digest api-key add NAME` makes one.");
        }

        // Of a newsletter that is not the key's nothing is said, not even whether there is one.
        if (http.GetRouteValue("newsletter") as string != known.Newsletter)
        {
            http.Response.Headers.WWWAuthenticate = $"{Scheme} realm=\"Digest\", error=\"insufficient_scope\"";
            return ApiProblem.Of(StatusCodes.Status403Forbidden, "This key is for another newsletter.");
        }

        http.Features.Set(known);
        return await next(context);
    }

    private static string? Presented(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization] is [{ } header] && header.StartsWith($"{Scheme} ", StringComparison.OrdinalIgnoreCase)
            ? header[(Scheme.Length + 1)..].Trim()
            : null;
}
