using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Digest.Web.Pages.Public;

/// <summary>Takes from one place are counted. The page itself asks, so that what is over the limit keeps what was typed.</summary>
public sealed class TakeRateLimit(IOptions<WebSettings> settings) : IDisposable
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(
        place => RateLimitPartition.GetFixedWindowLimiter(place, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.Value.TakesPerHour,
            Window = Window,
            QueueLimit = 0,
        }));

    public bool Allows(string place)
    {
        using var lease = limiter.AttemptAcquire(place);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
