using Digest.Data;
using Digest.Operators;
using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>Keeps a worker on the database's clock, and tells the operator when its machine's is off.</summary>
public sealed class ClockWatch(TimeProvider time, AlertBook alerts, ILogger<ClockWatch> logger)
{
    public const string Alert = "clock-off";

    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(2);

    /// <summary>One machine's clock says nothing of another's.</summary>
    private static readonly string Kind = $"{Alert}:{Environment.MachineName}";

    /// <summary>What the operator knows; at first nothing, as an earlier process may have told them.</summary>
    private bool? wasOff;

    /// <summary>Measures anew, where the host goes by the database's clock.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (time is not DatabaseTime clock)
        {
            return;
        }

        var ahead = await clock.MeasureAsync(cancellationToken);
        var isOff = ahead.Duration() > Tolerated;
        if (isOff == wasOff)
        {
            return;
        }

        if (isOff)
        {
            logger.ClockOff(ahead.TotalSeconds);
            await alerts.RaiseAsync(
                Kind, null, null,
                $"The clock of {Environment.MachineName} is {ahead.Duration().TotalSeconds:0.#} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the database's.",
                "Set that machine's clock by NTP; until then its worker goes by the database's clock, and nothing is sent at a wrong hour.",
                cancellationToken);
        }
        else
        {
            await alerts.ClearAsync(Kind, null, null, cancellationToken);
        }

        wasOff = isOff;
    }
}
