using System.ComponentModel.DataAnnotations;

namespace Digest.Smtp;

/// <summary>When a relay is used beside others, and how much all workers together may give it.</summary>
public sealed partial class SmtpSettings
{
    /// <summary>A relay gets mail only while every one of a lower number is unreachable or has had its day's share.</summary>
    [Range(1, 100)]
    public int Priority { get; set; } = 1;

    /// <summary>Share among the relays of the same priority.</summary>
    [Range(1, 1000)]
    public int Weight { get; set; } = 1;

    /// <summary>Connections over all workers; none is no limit beside <see cref="Connections"/> of each.</summary>
    [Range(1, 100_000)]
    public int? ConnectionsInAll { get; set; }

    /// <summary>Messages a minute over all workers, at an even pace; none is no limit.</summary>
    [Range(1, 10_000_000)]
    public int? MessagesPerMinute { get; set; }

    /// <summary>For a new relay or address; none is no warm-up.</summary>
    public WarmUpSettings? WarmUp { get; set; }
}
