using System.Globalization;
using Digest.Issues;
using Digest.Settings;
using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class PreferencesTests : Readers
{
    private const string Key = "reader-1@example.com";

    [Fact]
    public async Task A_reader_chooses_a_zone_and_goes_back_to_the_newsletters()
    {
        var link = await ReaderLinkAsync();

        (await Get<Preferences>().ChooseTimeZoneAsync(link, "America/New_York", Cancel)).ShouldBeTrue();
        (await ReaderAsync(Key)).TimeZone.ShouldBe("America/New_York");

        (await Get<Preferences>().ChooseTimeZoneAsync(link, null, Cancel)).ShouldBeTrue();
        (await ReaderAsync(Key)).TimeZone.ShouldBeNull();
    }

    [Fact]
    public async Task A_zone_that_nobody_knows_changes_nothing()
    {
        var link = await ReaderLinkAsync();

        await Should.ThrowAsync<RefusedException>(() => Get<Preferences>().ChooseTimeZoneAsync(link, "Mars/Olympus", Cancel));
        (await ReaderAsync(Key)).TimeZone.ShouldBeNull();
    }

    /// <summary>Berlin leaves summer time on 31 October 2027: that week has 169 hours.</summary>
    [Theory]
    [InlineData("2027-10-25T06:59:00+02:00", 1, "2027-10-25")]
    [InlineData("2027-10-25T07:01:00+02:00", 1, "2027-11-01")]
    [InlineData("2027-10-28T12:00:00+02:00", 1, "2027-11-01")]
    [InlineData("2027-10-28T12:00:00+02:00", 4, "2027-11-01", "2027-11-08", "2027-11-15", "2027-11-22")]
    public async Task A_pause_skips_exactly_as_many_Mondays_as_it_has_weeks(string pressedAt, int weeks, params string[] skipped)
    {
        var link = await ReaderLinkAsync();
        Time.SetUtcNow(DateTimeOffset.Parse(pressedAt, CultureInfo.InvariantCulture).ToUniversalTime());

        (await Get<Preferences>().PauseAsync(link, weeks, Cancel)).ShouldBeTrue();

        var until = (await ReaderAsync(Key)).PausedUntil!.Value;
        var calendar = NewsletterCalendar.Of(Newsletter);
        Enumerable.Range(0, 10).Select(number => new Week(new DateOnly(2027, 10, 25).AddDays(7 * number)))
            .Where(week => calendar.DueAt(week) > Time.GetUtcNow() && calendar.DueAt(week) < until)
            .Select(week => week.ToString()).ShouldBe(skipped);
    }

    [Fact]
    public async Task A_pause_can_be_ended()
    {
        var link = await ReaderLinkAsync();
        await Get<Preferences>().PauseAsync(link, 8, Cancel);

        (await Get<Preferences>().ResumeAsync(link, Cancel)).ShouldBeTrue();

        (await ReaderAsync(Key)).PausedUntil.ShouldBeNull();
        (await EvidenceAsync(Key)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(27)]
    public async Task A_pause_is_1_to_26_weeks(int weeks)
    {
        var link = await ReaderLinkAsync();

        await Should.ThrowAsync<RefusedException>(() => Get<Preferences>().PauseAsync(link, weeks, Cancel));
    }

    [Fact]
    public async Task H1_A_link_to_leave_chooses_nothing()
    {
        await ReaderLinkAsync();

        (await Get<Preferences>().PauseAsync(await LinkAsync(TokenPurpose.Unsubscribe, Key), 1, Cancel)).ShouldBeFalse();
        (await ReaderAsync(Key)).PausedUntil.ShouldBeNull();
    }

    private async Task<string> ReaderLinkAsync()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1);
        return await LinkAsync(TokenPurpose.Preferences, Key);
    }
}
