using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Stories.Feeds;

/// <summary>How feeds are asked, for the whole installation; which feeds and how often is each newsletter's own.</summary>
public sealed class PollSettings : ISettings
{
    public static string Section => "Digest:Feeds";

    /// <summary>Lets feeds lie on addresses that are not the public internet's. Off, whoever writes a feed's address cannot read our network.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Longest wait for a whole answer, redirects included.</summary>
    [Range(1, 300, ErrorMessage = "must be 1 to 300.")]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Largest feed, counted after decompression.</summary>
    [Range(1, 100, ErrorMessage = "must be 1 to 100.")]
    public int LargestMegabytes { get; set; } = 10;

    /// <summary>Entries older than this are noted and not taken.</summary>
    [Range(1, 3650, ErrorMessage = "must be 1 to 3650.")]
    public int OldestDays { get; set; } = 14;

    /// <summary>Of a feed's first poll, which brings its whole past: entries older than this are noted and not taken.</summary>
    [Range(1, 3650, ErrorMessage = "must be 1 to 3650.")]
    public int FirstPollDays { get; set; } = 7;

    /// <summary>Of a feed's first poll: so many entries without a date are taken, those that the feed names first. Others are noted: they may be of any age.</summary>
    [Range(0, 500, ErrorMessage = "must be 0 to 500.")]
    public int FirstPollUndated { get; set; } = 3;

    /// <summary>From what share of common words on two pieces tell of one event, 0 to 1; see <see cref="EventWords"/>.</summary>
    [Range(0.05, 1, ErrorMessage = "must be 0.05 to 1.")]
    public double SameEventShare { get; set; } = 0.5;

    /// <summary>Pieces of one event lie no further apart.</summary>
    [Range(1, 14, ErrorMessage = "must be 1 to 14.")]
    public int SameEventDays { get; set; } = 3;

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>For a feed from the first request to the last entry, so that none holds up the others; less than <see cref="FeedClaims.Lease"/>.</summary>
    public TimeSpan Budget => Timeout + TimeSpan.FromMinutes(2);

    public IEnumerable<string> Problems() => [];
}
