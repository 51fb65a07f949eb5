using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Digest.Web.Pages.Public;

/// <summary>Sign-ups from one place are counted (checklist H8); reading a page is not. How often one address is mailed is counted where it is mailed.</summary>
internal sealed class SignUpRateLimit(IOptions<WebSettings> settings) : IRateLimiterPolicy<string>
{
    public const string Name = "sign-up";

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected { get; } = static (context, _) =>
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.HttpContext.Response.Headers.RetryAfter = $"{Window.TotalSeconds:0}";
        return ValueTask.CompletedTask;
    };

    public RateLimitPartition<string> GetPartition(HttpContext httpContext) => HttpMethods.IsPost(httpContext.Request.Method)
        ? RateLimitPartition.GetFixedWindowLimiter(RequestPlace.Of(httpContext), _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.Value.SignUpsPerHour,
            Window = Window,
            QueueLimit = 0,
        })
        : RateLimitPartition.GetNoLimiter("reading");
}
