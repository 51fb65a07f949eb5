using System.Net;
using System.Net.Sockets;
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
        ? RateLimitPartition.GetFixedWindowLimiter(PlaceOf(httpContext.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.Value.SignUpsPerHour,
            Window = Window,
            QueueLimit = 0,
        })
        : RateLimitPartition.GetNoLimiter("reading");

    /// <summary>One subscriber line: an IPv4 address, or the /64 that an IPv6 provider hands out.</summary>
    private static string PlaceOf(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
