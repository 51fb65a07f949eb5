namespace Digest.Tests.Issues;

/// <summary>Every instant at which a zone changes its offset, found by walking the days and halving them.</summary>
internal static class ZoneChanges
{
    public static readonly DateTimeOffset From = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset To = From.AddYears(35);

    public static IEnumerable<DateTimeOffset> Of(TimeZoneInfo zone)
    {
        for (var day = From; day < To; day = day.AddDays(1))
        {
            var (low, high) = (day, day.AddDays(1));
            var before = zone.GetUtcOffset(low);
            if (zone.GetUtcOffset(high) == before)
            {
                continue;
            }

            while (high - low > TimeSpan.FromSeconds(1))
            {
                var middle = low.AddSeconds(Math.Floor((high - low).TotalSeconds / 2));
                (low, high) = zone.GetUtcOffset(middle) == before ? (middle, high) : (low, middle);
            }

            yield return high;
        }
    }
}
