using Digest.Data;
using Digest.Newsletters;
using Digest.Operators;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <summary>Tells the operator of feeds that keep failing, in one alert a newsletter, and that it is over when it is.</summary>
public sealed class FeedAlerts(AlertBook alerts, IDbContextFactory<DigestDbContext> contexts)
{
    public const string Failing = "feeds-failing";

    /// <summary>A server's bad hour is not worth a word; with the waits in between this is about a quarter of a day.</summary>
    public const int FailuresBefore = 3;

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await database.Alerts.AsNoTracking().Where(alert => alert.ClearedAt == null && alert.Kind == Failing).ToListAsync(cancellationToken);
        var failing = (await database.Feeds.AsNoTracking().Where(feed => feed.FailingSince != null).ToListAsync(cancellationToken)).Where(IsWorthAWord).ToLookup(feed => feed.NewsletterId, feed => feed.Url);
        foreach (var newsletter in await database.Newsletters.AsNoTracking().ToListAsync(cancellationToken))
        {
            // One that left the settings is nobody's worry.
            var outlets = newsletter.Feeds.Where(feed => failing[newsletter.Id].Contains(feed.Url)).Select(feed => feed.Outlet).ToList();
            await TellAsync(newsletter, outlets, open.Find(alert => alert.NewsletterId == newsletter.Id), cancellationToken);
        }
    }

    private async Task TellAsync(Newsletter newsletter, List<string> failing, Alert? open, CancellationToken cancellationToken)
    {
        var message = $"{newsletter.Name}: nothing comes in from {string.Join(", ", failing)}. "
            + "What these feeds would have brought is missing, whether or not the week is full.";
        // Another set of feeds is another alert: an open one is never reworded.
        if (open is not null && (failing.Count == 0 || open.Message != message))
        {
            await alerts.ClearAsync(Failing, newsletter.Id, issueId: null, cancellationToken);
        }

        if (failing.Count > 0)
        {
            await alerts.RaiseAsync(
                Failing, newsletter.Id, issueId: null, message,
                $"`digest feeds list --newsletter {newsletter.Slug}` says what is wrong with each and what to do; they are asked again by themselves.",
                cancellationToken);
        }
    }

    private static bool IsWorthAWord(Feed feed) =>
        feed.Failures >= FailuresBefore || (feed.FailingSince is not null && feed.Problem?.StartsWith(FeedException.Gone, StringComparison.Ordinal) == true);
}
