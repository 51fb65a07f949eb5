using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>Why a week has no story: a feed that fails is no empty week, nor is one whose stories an editor took out.</summary>
internal static class SkippedReason
{
    public static async Task<string> ReadAsync(DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        var clock = new LocalClock(newsletter.Zone);
        var window = $"published from {clock.Show(issue.WindowStart):ddd yyyy-MM-dd HH:mm} to {clock.Show(issue.WindowEnd):ddd yyyy-MM-dd HH:mm} ({newsletter.TimeZone})";
        var published = database.Stories.Where(story => story.NewsletterId == newsletter.Id
            && story.PublishedAt >= issue.WindowStart && story.PublishedAt < issue.WindowEnd);
        var held = await published.CountAsync(story => story.HeldTo > issue.Week, cancellationToken);
        var dropped = await published.CountAsync(story => story.DroppedAt != null, cancellationToken);
        string[] tookOut = [.. Count(held, "held over"), .. Count(dropped, "dropped")];
        string[] said =
        [
            tookOut.Length == 0 ? $"No story was {window}." : $"No story is left of those {window}: {string.Join(", ", tookOut)}.",
            .. await FailingAsync(database, newsletter, clock, cancellationToken),
        ];
        return string.Join(' ', said);
    }

    private static IEnumerable<string> Count(int count, string what) => count == 0 ? [] : [$"{count} {(count == 1 ? "is" : "are")} {what}"];

    private static async Task<IEnumerable<string>> FailingAsync(
        DigestDbContext database, Newsletter newsletter, LocalClock clock, CancellationToken cancellationToken)
    {
        var urls = newsletter.Feeds.Select(feed => feed.Url).ToList();
        var failing = await database.Feeds
            .Where(feed => feed.NewsletterId == newsletter.Id && feed.FailingSince != null && urls.Contains(feed.Url))
            .OrderBy(feed => feed.FailingSince).Select(feed => new { feed.Url, Since = feed.FailingSince!.Value }).ToListAsync(cancellationToken);
        return failing.Count == 0 ? [] : [$"The week may not be empty: {string.Join("; ", failing.Select(feed =>
            $"{feed.Url} has failed since {clock.Show(feed.Since):ddd yyyy-MM-dd HH:mm}"))}."];
    }
}
