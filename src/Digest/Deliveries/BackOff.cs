using Digest.Smtp;
using Microsoft.Extensions.Options;

namespace Digest.Deliveries;

/// <summary>
/// How long a deferred message waits: two tries in the first hour, then one every two to three hours (RFC 5321
/// section 4.5.4.1). Jitter of up to a half spreads what was refused together; it only lengthens, as a greylisting server
/// answers a hasty retry with another refusal.
/// </summary>
public sealed class BackOff(IOptions<SendingSettings> settings)
{
    private const double Jitter = 0.5;

    /// <summary>Google's guidelines on 4.7.28: stop for at least ten minutes (checklist D5).</summary>
    public static readonly TimeSpan RateLimitPause = TimeSpan.FromMinutes(10);

    /// <summary>The relay says that we send too fast, not that this message is refused.</summary>
    public static bool IsRateLimit(SmtpOutcome outcome) => outcome.EnhancedCode == "4.7.28";

    /// <param name="outcome">The deferral.</param>
    /// <param name="attempts">Tries charged before it.</param>
    public TimeSpan After(SmtpOutcome outcome, int attempts) => AtLeastRateLimit(outcome, Stretch(TimeSpan.FromMinutes(
        attempts == 0 ? settings.Value.FirstRetryMinutes : settings.Value.LaterRetryMinutes)));

    /// <summary>Nothing was accepted and nobody was refused: soon, once the lanes have reconnected.</summary>
    public TimeSpan AfterLostConnection(SmtpOutcome outcome) =>
        AtLeastRateLimit(outcome, Stretch(TimeSpan.FromSeconds(settings.Value.ReconnectSeconds)));

    private static TimeSpan AtLeastRateLimit(SmtpOutcome outcome, TimeSpan wait) =>
        IsRateLimit(outcome) && wait < RateLimitPause ? Stretch(RateLimitPause) : wait;

    private static TimeSpan Stretch(TimeSpan wait) => wait * (1 + (Random.Shared.NextDouble() * Jitter));
}
