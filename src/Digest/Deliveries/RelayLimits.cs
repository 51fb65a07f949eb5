using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>What the relays' own settings allow, as a forecast needs it before anything was measured.</summary>
public sealed class RelayLimits(Relays relays)
{
    /// <summary>Messages a minute that the relays which come first allow together, to all issues; none when one of them has no limit.</summary>
    public int? PerMinute { get; } = Of([.. relays.All.Where(relay => relay.Settings.Priority == relays.All[0].Settings.Priority)]);

    private static int? Of(IReadOnlyList<Relay> first) =>
        first.All(relay => relay.Settings.MessagesPerMinute is not null) ? first.Sum(relay => relay.Settings.MessagesPerMinute) : null;
}
