using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Digest.Issues;
using Digest.Newsletters;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

/// <summary>The instants of a newsletter's weeks (checklist I1 to I3).</summary>
public sealed class NewsletterCalendarTests
{
    private static readonly Week First = new(new DateOnly(2000, 1, 3));

    private const int ThirtyYears = 1566;

    [Theory]
    // Half past two lies in the gaps and overlaps of Europe and America; midnight in those of Beirut, Havana and Asunción.
    [InlineData("16:00", "07:00")]
    [InlineData("02:30", "00:00")]
    [InlineData("00:00", "02:30")]
    public void I3_In_every_zone_each_instant_of_thirty_years_belongs_to_one_week_and_each_week_is_found_once(string assemble, string send)
    {
        var schedule = new WeeklySchedule { AssembleAt = TimeOnly.Parse(assemble, CultureInfo.InvariantCulture), SendAt = TimeOnly.Parse(send, CultureInfo.InvariantCulture) };
        var hours = new ConcurrentDictionary<double, string>();
        var zones = TimeZoneInfo.GetSystemTimeZones();
        zones.Count.ShouldBeGreaterThan(300);

        Parallel.ForEach(zones, zone =>
        {
            var calendar = new NewsletterCalendar(zone, schedule);
            var start = calendar.CutOff(First.Previous);
            for (var (week, n) = (First, 0); n < ThirtyYears; (week, n) = (week.Next, n + 1))
            {
                var end = calendar.CutOff(week);
                var due = calendar.DueAt(week);
                // One boolean first: a million assertions with messages would take longer than what they assert.
                if (start >= end || due <= end || calendar.WeekOf(start) != week || calendar.WeekOf(end.AddTicks(-1)) != week)
                {
                    Assert.Fail($"{zone.Id}, week {week}: window {start:u} to {end:u}, due {due:u}, "
                        + $"found {calendar.WeekOf(start)} and {calendar.WeekOf(end.AddTicks(-1))}");
                }

                hours.TryAdd((end - start).TotalHours, $"{zone.Id} {week}");
                start = end;
            }
        });

        hours.Keys.ShouldContain(167);
        hours.Keys.ShouldContain(168);
        hours.Keys.ShouldContain(169);
        hours.Keys.ShouldContain(167.5, "Lord Howe Island moves its clocks by half an hour");
        hours.Keys.ShouldContain(144, "Samoa left a day out");
    }

    /// <summary>
    /// What a wave rests on: around every change of a zone's clock, the send is the first instant at which the zone shows the
    /// hour or a later one, and nobody who moves between two zones is between two weeks.
    /// </summary>
    [Theory]
    [InlineData("07:00")]
    [InlineData("02:30")]
    [InlineData("00:00")]
    public void I2_In_every_zone_the_send_is_the_first_instant_at_which_the_Monday_shows_its_hour_or_later(string send)
    {
        var schedule = new WeeklySchedule { SendAt = TimeOnly.Parse(send, CultureInfo.InvariantCulture) };
        var first = new ConcurrentDictionary<DateOnly, DateTimeOffset>();
        var last = new ConcurrentDictionary<DateOnly, DateTimeOffset>();

        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            var calendar = new NewsletterCalendar(zone, schedule);
            foreach (var day in ZoneChanges.Of(zone).Select(change => DateOnly.FromDateTime(calendar.Clock.Show(change).DateTime)))
            {
                for (var (week, n) = (Week.Of(day), 0); n < 2; (week, n) = (week.Next, n + 1))
                {
                    var due = calendar.DueAt(week);
                    var wanted = week.Monday.ToDateTime(schedule.SendAt);
                    // Nothing earlier: not the tick before, nor any quarter of an hour of the day before.
                    var earlier = Enumerable.Range(1, 96).Select(quarter => due.AddMinutes(-15 * quarter)).Prepend(due.AddTicks(-1));
                    if (calendar.Clock.Show(due).DateTime < wanted || earlier.Any(instant => calendar.Clock.Show(instant).DateTime >= wanted))
                    {
                        Assert.Fail($"{zone.Id}, week {week}: due {due:u}, which is {calendar.Clock.Show(due):yyyy-MM-dd HH:mm:ss}");
                    }

                    first.AddOrUpdate(week.Monday, due, (_, known) => due < known ? due : known);
                    last.AddOrUpdate(week.Monday, due, (_, known) => due > known ? due : known);
                }
            }
        });

        first.Count.ShouldBeGreaterThan(500);
        last.ShouldAllBe(week => !first.ContainsKey(week.Key.AddDays(7)) || week.Value < first[week.Key.AddDays(7)].AddDays(-4));
    }

    [Fact]
    public void I3_Any_instant_in_any_zone_under_any_schedule_lies_in_the_window_of_its_week()
    {
        var zones = TimeZoneInfo.GetSystemTimeZones();
        var minute = Gen.Int[0, (24 * 60) - 1].Select(minutes => new TimeOnly(minutes / 60, minutes % 60));

        Gen.Select(Gen.Int[0, zones.Count - 1], minute, Gen.Long[ZoneChanges.From.Ticks, ZoneChanges.To.Ticks]).Sample((zone, assembleAt, ticks) =>
        {
            var calendar = new NewsletterCalendar(zones[zone], new WeeklySchedule { AssembleAt = assembleAt });
            var instant = new DateTimeOffset(ticks, TimeSpan.Zero);

            var week = calendar.WeekOf(instant);

            return calendar.CutOff(week.Previous) <= instant && instant < calendar.CutOff(week) && calendar.Current(instant) == week.Previous;
        });
    }

    [Fact]
    public void The_current_week_changes_at_its_cut_off_and_not_before()
    {
        var calendar = new NewsletterCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new WeeklySchedule());
        var week = new Week(new DateOnly(2026, 11, 30));
        var cutOff = new DateTimeOffset(2026, 11, 29, 15, 0, 0, TimeSpan.Zero);

        calendar.CutOff(week).ShouldBe(cutOff);
        calendar.Current(cutOff).ShouldBe(week);
        calendar.Current(cutOff.AddTicks(-1)).ShouldBe(week.Previous);
        calendar.DueAt(week).ShouldBe(new DateTimeOffset(2026, 11, 30, 6, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("2026-12-31T12:00:00Z", "2027-01-04", "the last Thursday of a year with 53 ISO weeks")]
    [InlineData("2027-01-01T12:00:00Z", "2027-01-04", "the first Friday of the next")]
    [InlineData("2027-01-03T14:59:59Z", "2027-01-04", "before the first cut-off of the year")]
    [InlineData("2027-01-03T15:00:00Z", "2027-01-11", "at the first cut-off of the year")]
    public void A_week_may_span_two_years(string instant, string monday, string when)
    {
        var calendar = new NewsletterCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new WeeklySchedule());

        calendar.WeekOf(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)).ToString().ShouldBe(monday, when);
    }

    [Theory]
    [InlineData("2026-03-30", 167)]
    [InlineData("2026-04-06", 168)]
    [InlineData("2026-10-26", 169)]
    public void A_week_across_a_clock_change_is_an_hour_shorter_or_longer(string monday, int hours)
    {
        var calendar = new NewsletterCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new WeeklySchedule());
        var week = new Week(DateOnly.Parse(monday, CultureInfo.InvariantCulture));

        (calendar.CutOff(week) - calendar.CutOff(week.Previous)).TotalHours.ShouldBe(hours);
    }

    [Fact]
    public void A_week_is_named_by_a_Monday_only()
    {
        Should.Throw<ArgumentException>(() => new Week(new DateOnly(2026, 11, 24))).Message.ShouldContain("2026-11-24 is a Tuesday");
        Week.Of(new DateOnly(2026, 11, 29)).ToString().ShouldBe("2026-11-23");
        Week.Of(new DateOnly(2026, 11, 30)).ToString().ShouldBe("2026-11-30");
    }
}
