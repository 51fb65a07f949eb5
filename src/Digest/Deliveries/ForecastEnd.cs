namespace Digest.Deliveries;

/// <summary>When rows are through that are sent at one pace.</summary>
/// <param name="At">The end.</param>
/// <param name="WaitsForLast">The last wave is not due before the ones before it are through.</param>
/// <param name="IsHeld">What a day's shares leave decides it.</param>
internal sealed record ForecastEnd(DateTimeOffset At, bool WaitsForLast, bool IsHeld)
{
    /// <summary>Each wave begins when it is due and the one before is through; what a day has no share left for goes out on the next.</summary>
    /// <param name="now">Nothing ends earlier.</param>
    /// <param name="waves">Rows by when they are due, earliest first.</param>
    /// <param name="perMinute">The pace; with none they are through at once.</param>
    /// <param name="dayShares">Messages for today and each day after it (UTC); none after the last of these days.</param>
    public static ForecastEnd Of(
        DateTimeOffset now, IEnumerable<(DateTimeOffset DueAt, int Count)> waves, int? perMinute, params IReadOnlyList<int> dayShares)
    {
        var (at, waits, isHeld) = (now, false, false);
        int[] shares = [.. dayShares];
        foreach (var (dueAt, count) in waves)
        {
            waits = dueAt > at;
            at = waits ? dueAt : at;
            isHeld &= !waits;
            for (var left = count; left > 0;)
            {
                var day = (at.UtcDateTime.Date - now.UtcDateTime.Date).Days;
                var sent = day < shares.Length ? Math.Min(left, shares[day]) : left;
                left -= sent;
                at += perMinute is { } pace ? TimeSpan.FromMinutes((double)sent / pace) : TimeSpan.Zero;
                if (left > 0)
                {
                    shares[day] = 0;
                    isHeld = true;
                    at = Later(at, Midnight(now, day));
                }
                else if (day < shares.Length)
                {
                    shares[day] -= sent;
                }
            }
        }

        return new(at, waits, isHeld);
    }

    public static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    /// <summary>The end of a day, counted from that of now.</summary>
    public static DateTimeOffset Midnight(DateTimeOffset now, int day) => new(now.UtcDateTime.Date.AddDays(day + 1), TimeSpan.Zero);
}
