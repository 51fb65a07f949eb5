namespace Digest.Newsletters;

/// <summary>
/// Where a zone's local times lie on the line of instants. A local time means the first instant at which the zone's
/// clock shows it or later: in a gap that is the instant after the gap, in an overlap the first occurrence
/// (docs/decisions/0007). So it agrees with the instants at which Hangfire fires.
/// </summary>
public sealed class LocalClock(TimeZoneInfo zone)
{
    /// <summary>The instant of a local day and time, in UTC.</summary>
    public DateTimeOffset InstantOf(DateOnly day, TimeOnly time)
    {
        var local = new DateTimeOffset(day.ToDateTime(time), TimeSpan.Zero);

        // No offset and no change of one exceeds a day, and no zone changes twice within two: whatever happens
        // to this local time happens between these two instants, and at most once.
        var (early, late) = (local.AddDays(-1), local.AddDays(1));
        var (before, after) = (OffsetAt(early), OffsetAt(late));

        if (OffsetAt(local - before) == before)
        {
            return local - before;
        }

        return OffsetAt(local - after) == after ? local - after : ChangeBetween(early, late, before);
    }

    /// <summary>What the zone's clock shows at the instant.</summary>
    public DateTimeOffset Show(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone);

    public TimeSpan OffsetAt(DateTimeOffset instant) => zone.GetUtcOffset(instant);

    private DateTimeOffset ChangeBetween(DateTimeOffset low, DateTimeOffset high, TimeSpan before)
    {
        while (high.Ticks - low.Ticks > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = OffsetAt(middle) == before ? (middle, high) : (low, middle);
        }

        return high;
    }
}
