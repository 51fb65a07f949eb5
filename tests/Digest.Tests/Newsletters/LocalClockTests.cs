using System.Globalization;
using Digest.Newsletters;
using Digest.Tests.Issues;
using Shouldly;
using Xunit;

namespace Digest.Tests.Newsletters;

/// <summary>Local times as instants (docs/decisions/0007, checklist I2).</summary>
public sealed class LocalClockTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-11-23 07:00", "2026-11-23T06:00:00Z", "an ordinary time")]
    [InlineData("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z", "in the gap: the instant after it")]
    [InlineData("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z", "the first time after the gap")]
    [InlineData("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z", "in the overlap: the first occurrence")]
    [InlineData("Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z", "after the overlap")]
    [InlineData("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z", "in a gap of half an hour")]
    [InlineData("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", "in an overlap of half an hour")]
    [InlineData("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z", "on a Friday that Samoa left out")]
    [InlineData("Pacific/Apia", "2011-12-31 12:00", "2011-12-30T22:00:00Z", "on the day after")]
    [InlineData("Pacific/Kwajalein", "1993-08-21 12:00", "1993-08-21T12:00:00Z", "on a Saturday that Kwajalein left out")]
    [InlineData("Asia/Kolkata", "2026-06-01 07:00", "2026-06-01T01:30:00Z", "in a zone of half hours")]
    public void I2_A_local_time_is_the_first_instant_at_which_the_clock_shows_it_or_later(
        string zone, string local, string instant, string where)
    {
        var time = DateTime.Parse(local, CultureInfo.InvariantCulture);

        var found = new LocalClock(TimeZoneInfo.FindSystemTimeZoneById(zone)).InstantOf(DateOnly.FromDateTime(time), TimeOnly.FromDateTime(time));

        found.ShouldBe(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), where);
        found.Offset.ShouldBe(TimeSpan.Zero);
    }

    /// <summary>Around each change of each zone, local times by the quarter of an hour against a walk through the minutes.</summary>
    [Fact]
    public void I2_Every_change_of_every_zone_is_read_as_a_walk_through_its_minutes_reads_it()
    {
        var changes = 0;
        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            var clock = new LocalClock(zone);
            foreach (var change in ZoneChanges.Of(zone))
            {
                Interlocked.Increment(ref changes);
                foreach (var local in LocalTimesAround(change, zone))
                {
                    var found = clock.InstantOf(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
                    if (found != Walk(local, change, zone))
                    {
                        found.ShouldBe(Walk(local, change, zone), $"{zone.Id} at {local:yyyy-MM-dd HH:mm}");
                    }
                }
            }
        });

        changes.ShouldBeGreaterThan(1000);
    }

    private static IEnumerable<DateTime> LocalTimesAround(DateTimeOffset change, TimeZoneInfo zone)
    {
        var before = (change + zone.GetUtcOffset(change.AddSeconds(-1))).DateTime;
        var after = (change + zone.GetUtcOffset(change)).DateTime;
        var (first, last) = before < after ? (before, after) : (after, before);
        for (var local = first.AddMinutes(-30); local <= last.AddMinutes(30); local = local.AddMinutes(15))
        {
            yield return local;
        }
    }

    private static DateTimeOffset Walk(DateTime local, DateTimeOffset change, TimeZoneInfo zone)
    {
        // Changes lie on whole minutes in these years, and so do these local times: so does the answer.
        for (var instant = change.AddHours(-6); ; instant = instant.AddMinutes(1))
        {
            if ((instant + zone.GetUtcOffset(instant)).DateTime >= local)
            {
                return instant;
            }
        }
    }
}
