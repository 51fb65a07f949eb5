using System.Globalization;
using Digest.Issues;
using Digest.Rendering;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class WeekDatesTests
{
    [Theory]
    [InlineData("en-GB", "2026-11-23", "16–22 November 2026")]
    [InlineData("en-US", "2026-11-23", "November 16–22, 2026")]
    [InlineData("de", "2026-11-23", "16.–22. November 2026")]
    [InlineData("es", "2026-11-23", "16–22 de noviembre de 2026")]
    [InlineData("ja", "2026-11-23", "2026年11月16–22日")]
    [InlineData("en-GB", "2026-12-07", "30 November – 6 December 2026")]
    [InlineData("en-GB", "2027-01-04", "28 December 2026 – 3 January 2027")]
    public void A_week_is_written_as_its_language_writes_dates(string language, string monday, string range) =>
        WeekDates.Range(new Week(DateOnly.Parse(monday, CultureInfo.InvariantCulture)), Tongue.CultureOf(language)).ShouldBe(range);

    [Fact]
    public void Every_language_of_the_machine_can_write_every_week()
    {
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.AllCultures))
        {
            for (var week = new Week(new DateOnly(2026, 1, 5)); week.Monday.Year == 2026; week = week.Next)
            {
                var range = WeekDates.Range(week, culture);

                range.ShouldContain('–', $"{culture.Name} {week}");
                range.ShouldContain(week.Monday.AddDays(-1).ToString("%d", culture), Case.Sensitive, $"{culture.Name} {week}: {range}");
            }
        }
    }
}
