using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Deliveries;

/// <summary>How a worker works through the ledger.</summary>
public sealed class SendingSettings : ISettings
{
    public static string Section => "Digest:Sending";

    /// <summary>Rows claimed at once; what a crashed worker leaves unsent for <see cref="LapseSeconds"/>.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 1000;

    /// <summary>How often a worker looks for due rows that no notification announced.</summary>
    [Range(1, 3600)]
    public int PollSeconds { get; set; } = 1;

    [Range(1, 3600)]
    public int HeartbeatSeconds { get; set; } = 10;

    /// <summary>A worker without a heartbeat for this long is taken for dead and its claims are recovered.</summary>
    [Range(3, 86_400)]
    public int LapseSeconds { get; set; } = 60;

    /// <summary>Shortest wait after the first deferral (RFC 5321 section 4.5.4.1: at least 30 minutes, two tries in the first hour).</summary>
    [Range(1, 1440)]
    public int FirstRetryMinutes { get; set; } = 30;

    /// <summary>Shortest wait after each later deferral; up to a half of it is added.</summary>
    [Range(1, 1440)]
    public int LaterRetryMinutes { get; set; } = 120;

    /// <summary>Shortest wait of a message whose connection was lost before anything was accepted, and of a lane whose session the relay ended by 421.</summary>
    [Range(1, 3600)]
    public int ReconnectSeconds { get; set; } = 5;

    /// <summary>What single recipient domains take from us, whatever the relay; by the domain in lower case, as A-label.</summary>
    public Dictionary<string, DomainLimit> Domains { get; set; } = [];

    /// <summary>
    /// Days after which the rows of an issue that ended are dropped, their totals kept, and settled notices and silent workers
    /// forgotten; 0 keeps all for ever.
    /// </summary>
    [Range(0, 36_500)]
    public int KeepLedgerDays { get; set; } = 400;

    public IEnumerable<string> Problems()
    {
        if (LapseSeconds < 3 * HeartbeatSeconds)
        {
            yield return "Digest:Sending:LapseSeconds must be at least three times Digest:Sending:HeartbeatSeconds: "
                + "one late heartbeat must not put a living worker's mail in doubt.";
        }

        foreach (var wrong in Domains.SelectMany(domain => domain.Value.Problems($"{Section}:{nameof(Domains)}:{domain.Key}", domain.Key)))
        {
            yield return wrong;
        }
    }
}
