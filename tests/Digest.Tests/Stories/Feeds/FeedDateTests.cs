using System.Globalization;
using CsCheck;
using Digest.Stories.Feeds;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories.Feeds;

public sealed class FeedDateTests
{
    [Theory]
    [InlineData("Fri, 13 Nov 2026 09:30:00 GMT", "2026-11-13T09:30:00Z")]
    [InlineData("Fri, 13 Nov 2026 09:30:00 +0100", "2026-11-13T08:30:00Z")]
    [InlineData("Mon, 13 Nov 2026 09:30 EST", "2026-11-13T14:30:00Z")]
    [InlineData("13 Nov 26 09:30:15 PDT", "2026-11-13T16:30:15Z")]
    [InlineData("Fri, 13 November 2026 09:30:00 CEST", "2026-11-13T07:30:00Z")]
    [InlineData("Freitag, 13 Nov 2026 9:30:00 Z", "2026-11-13T09:30:00Z")]
    [InlineData("Fri,13-Nov-2026 09:30:00 UTC", "2026-11-13T09:30:00Z")]
    [InlineData("Fri, 13 Nov 2026", "2026-11-13T00:00:00Z")]
    [InlineData("Fri, 13 Nov 2026 24:00:00 GMT", "2026-11-14T00:00:00Z")]
    [InlineData("Fri, 13 Nov 2026 09:30:00 +01:00", "2026-11-13T08:30:00Z")]
    [InlineData("Fri, 13 Nov 2026 09:30:00 GMT+0200", "2026-11-13T07:30:00Z")]
    [InlineData("Fri, 13 Nov 2026 09:30:00 XYZ", "2026-11-13T09:30:00Z")]
    [InlineData("Fri,  13\n Nov 2026\t09:30:00 +0000 (UTC)", "2026-11-13T09:30:00Z")]
    [InlineData("Nov 13, 2026 9:30 PM", "2026-11-13T21:30:00Z")]
    [InlineData("November 13, 2026", "2026-11-13T00:00:00Z")]
    [InlineData("Fri Nov 13 09:30:00 2026", "2026-11-13T09:30:00Z")]
    [InlineData("Fri Nov 13 09:30:00 EST 2026", "2026-11-13T14:30:00Z")]
    [InlineData("2026-11-13T09:30:00Z", "2026-11-13T09:30:00Z")]
    [InlineData("2026-11-13t09:30:00.123456789z", "2026-11-13T09:30:00.1234567Z")]
    [InlineData("2026-11-13T09:30:00+01:00", "2026-11-13T08:30:00Z")]
    [InlineData("2026-11-13T09:30:00+0100", "2026-11-13T08:30:00Z")]
    [InlineData("2026-11-13 09:30:00 -05:00", "2026-11-13T14:30:00Z")]
    [InlineData("2026-11-13 09:30:00 UTC", "2026-11-13T09:30:00Z")]
    [InlineData("2026-11-13T09:30", "2026-11-13T09:30:00Z")]
    [InlineData("2026-11-13", "2026-11-13T00:00:00Z")]
    [InlineData("20261113T093000Z", "2026-11-13T09:30:00Z")]
    public void A_date_as_feeds_write_it(string written, string instant) =>
        FeedDate.Parse(written).ShouldBe(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("3 hours ago")]
    [InlineData("31 Feb 2026 10:00:00 GMT")]
    [InlineData("0000-00-00T00:00:00Z")]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("13 Foo 2026 10:00:00 GMT")]
    [InlineData("2026-13-45")]
    public void What_is_no_date_is_none(string? written) => FeedDate.Parse(written).ShouldBeNull();

    [Fact]
    public void Every_instant_is_read_back_from_every_usual_form() =>
        Gen.DateTime[new DateTime(1991, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc)].Sample(time =>
        {
            var instant = new DateTimeOffset(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, TimeSpan.Zero);
            FeedDate.Parse(instant.ToString("r", CultureInfo.InvariantCulture)).ShouldBe(instant);
            FeedDate.Parse(instant.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)).ShouldBe(instant);
            FeedDate.Parse(instant.ToOffset(TimeSpan.FromHours(-3.5)).ToString("ddd, dd MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture)).ShouldBe(instant);
        });

    [Fact]
    public void Any_text_is_a_date_or_none() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789 :-+/.,TZGMTNovDecFri"], 0, 40]).Sample(text => { FeedDate.Parse(text); }, iter: 20000);
}
