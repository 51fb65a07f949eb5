using System.Globalization;
using Digest.Newsletters;
using Digest.Schedule;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Schedule;

public sealed class NextRunsTests
{
    [Fact]
    public void The_next_assembly_and_send_are_told_as_local_time_and_as_UTC()
    {
        var runs = NextRuns.Of(Seed.NewNewsletter(zone: "America/New_York"), At("2026-11-25T12:00Z"));

        runs.ShouldBe([
            new NextRun("assemble", At("2026-11-29T16:00-05:00"), At("2026-11-29T21:00Z"), null),
            new NextRun("send", At("2026-11-30T07:00-05:00"), At("2026-11-30T12:00Z"), null),
        ]);
        runs[0].Local.Offset.ShouldBe(TimeSpan.FromHours(-5));
        runs[0].Utc.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("2026-11-29T14:59Z", "2026-11-29T15:00Z", "2026-11-30T06:00Z", "before the assembly")]
    [InlineData("2026-11-29T15:00Z", "2026-12-06T15:00Z", "2026-11-30T06:00Z", "between the assembly and its send")]
    [InlineData("2026-11-30T06:00Z", "2026-12-06T15:00Z", "2026-12-07T06:00Z", "after the send")]
    public void A_run_whose_time_has_come_is_not_the_next_any_more(string now, string assemble, string send, string when)
    {
        var runs = NextRuns.Of(Seed.NewNewsletter(), At(now));

        runs.Select(run => run.Utc).ShouldBe([At(assemble), At(send)], when);
    }

    [Theory]
    [InlineData("Europe/Berlin", "16:00", "2026-10-20T12:00Z", "clocks go back before this run: 169-hour week")]
    [InlineData("Europe/Berlin", "16:00", "2026-03-24T12:00Z", "clocks go forward before this run: 167-hour week")]
    [InlineData("Australia/Lord_Howe", "16:00", "2026-09-30T12:00Z", "clocks go forward before this run: 167.5-hour week")]
    [InlineData("Europe/Berlin", "02:30", "2026-03-24T12:00Z", "02:30 does not exist that day; runs at 03:00")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-20T12:00Z", "02:30 comes twice that day; runs at the first")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-26T12:00Z", "clocks go back before this run: 169-hour week")]
    public void A_clock_change_is_told_beside_the_run_that_it_shifts(string zone, string assembleAt, string now, string note)
    {
        var newsletter = Seed.NewNewsletter(zone: zone);
        newsletter.Schedule = new WeeklySchedule { AssembleAt = TimeOnly.Parse(assembleAt, CultureInfo.InvariantCulture) };

        NextRuns.Of(newsletter, At(now))[0].Note.ShouldBe(note);
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
