using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <summary>
/// Decides over one entry: a story, a source of one, or neither. What an editor has written, as a file or through the API,
/// no feed changes: the editor has read both, and the feed's author has not.
/// </summary>
internal sealed class EntryDesk(
    DigestDbContext database, Newsletter newsletter, Feed feed, FeedSettings own, PollSettings settings, DateTimeOffset now, IReadOnlyList<FeedEntry> entries,
    bool isFirstPoll)
{
    /// <summary>A mail shows so many; a story with more is a topic.</summary>
    private const int MostSources = 30;

    /// <summary>It stays so however often the entry is edited.</summary>
    private const string Past = "is from before the feed's first poll; write the story yourself if it should count.";

    private readonly EventSearch events = new(database, newsletter, settings, now);

    private readonly FeedStories stories = new(database, newsletter, feed, now);

    /// <summary>An address that several entries give as theirs tells none of them apart: the outlet's front page, as a rule.</summary>
    private readonly HashSet<string> shared =
        [.. entries.Select(EntryStory.UrlOf).OfType<string>().GroupBy(url => url).Where(group => group.Count() > 1).Select(group => group.Key)];

    private int undated;

    /// <summary>An entry that was not seen before, or not taken.</summary>
    /// <returns>Why it is not taken; none when it is.</returns>
    public async Task<string?> BeginAsync(FeedItem item, FeedEntry entry, CancellationToken cancellationToken)
    {
        if (item.PublishedAt < now.AddDays(-settings.OldestDays))
        {
            return $"is older than {settings.OldestDays} days.";
        }

        if (item.NotTaken == Past || (isFirstPoll && IsPast(item, entry)))
        {
            return Past;
        }

        if (entry.Words.Title.Length == 0)
        {
            return "has neither a title nor a text.";
        }

        return own.Role == FeedRole.Stories
            ? await BeginStoryAsync(item, entry, cancellationToken)
            : await BeginSourceAsync(item, entry, cancellationToken);
    }

    /// <summary>An entry that was edited since it was taken.</summary>
    public async Task<string?> FollowAsync(FeedItem item, FeedEntry entry, CancellationToken cancellationToken)
    {
        var story = await database.Stories.Include(s => s.Sources).SingleOrDefaultAsync(s => s.Id == item.StoryId, cancellationToken);
        if (story is null)
        {
            return "has a story that was removed since.";
        }

        if (story.Origin != StoryOrigin.Feed)
        {
            return ByAnEditor(story);
        }

        if (own.Role == FeedRole.Stories)
        {
            await stories.RewriteAsync(story, Addressed(EntryStory.Own(entry, own, newsletter), entry), cancellationToken);
            return null;
        }

        return await FollowSourceAsync(story, item, entry, cancellationToken);
    }

    /// <summary>Once, after the last entry.</summary>
    public Task SettleAddressesAsync(CancellationToken cancellationToken) => stories.SettleAddressesAsync(cancellationToken);

    /// <summary>What is new is what comes after the first poll; of what was there before, only the last days are this week's.</summary>
    private bool IsPast(FeedItem item, FeedEntry entry) =>
        entry.Published is null ? undated++ >= settings.FirstPollUndated : item.PublishedAt < now.AddDays(-settings.FirstPollDays);

    private async Task<string?> BeginStoryAsync(FeedItem item, FeedEntry entry, CancellationToken cancellationToken)
    {
        var written = Addressed(EntryStory.Own(entry, own, newsletter), entry);
        if (written.CanonicalUrl is { } url && await database.Stories.FirstOrDefaultAsync(s => s.NewsletterId == newsletter.Id && s.CanonicalUrl == url, cancellationToken) is { } same)
        {
            item.StoryId = same.Id;
            if (same.Origin != StoryOrigin.Feed)
            {
                return ByAnEditor(same);
            }

            await stories.RewriteAsync(same, written, cancellationToken);
            return null;
        }

        await stories.AddAsync(item, written, cancellationToken);
        return null;
    }

    private async Task<string?> BeginSourceAsync(FeedItem item, FeedEntry entry, CancellationToken cancellationToken)
    {
        if (EntryStory.UrlOf(entry) is not { } url)
        {
            return "has no link, and a source is weighed by its piece.";
        }

        if (OwnUrl(entry) is not null && await events.SamePieceAsync(url, cancellationToken) is { } same)
        {
            item.StoryId = same.Id;
            return same.Sources.Exists(source => CanonicalUrl.Of(source.Url) == url) ? null : $"is the story '{same.Slug}' itself.";
        }

        if (await events.SameEventAsync(entry, item.PublishedAt, cancellationToken) is { } told)
        {
            item.StoryId = told.Id;
            return told.Origin == StoryOrigin.Feed ? AddSource(told, entry) : $"tells of the event of '{told.Slug}', which an editor wrote; add it to its sources if it should count.";
        }

        var written = Addressed(EntryStory.Begun(entry, own, newsletter), entry);
        await stories.AddAsync(item, written, cancellationToken);
        events.Add(written);
        return null;
    }

    private string? AddSource(Story story, FeedEntry entry)
    {
        if (story.Sources.Count >= MostSources)
        {
            return $"tells of the event of '{story.Slug}', which has {MostSources} sources already.";
        }

        if (story.Sources.Exists(source => source.Outlet.Equals(own.Outlet, StringComparison.OrdinalIgnoreCase)))
        {
            return $"tells of the event of '{story.Slug}', which has a piece of {own.Outlet} already.";
        }

        story.Sources.Add(EntryStory.Source(entry, own, story.Sources.Select(s => s.Position).DefaultIfEmpty(-1).Max() + 1));
        stories.Changed(story, EntryStory.Hash(entry));
        return null;
    }

    private async Task<string?> FollowSourceAsync(Story story, FeedItem item, FeedEntry entry, CancellationToken cancellationToken)
    {
        var source = story.Sources.Find(s => s.Url == item.Url);
        if (source is null || EntryStory.UrlOf(entry) is not { } url)
        {
            // One that did not become a source of its story stays none.
            return item.NotTaken;
        }

        (source.Title, source.Url) = (entry.Words.Title, url);
        if (source.Position == 0 && story.Body.Length == 0)
        {
            // The piece that the story began with: its words are the story's.
            await stories.RewriteAsync(story, Addressed(EntryStory.Begun(entry, own, newsletter), entry), cancellationToken);
        }

        stories.Changed(story, EntryStory.Hash(entry));
        return null;
    }

    private Story Addressed(Story story, FeedEntry entry)
    {
        story.CanonicalUrl = OwnUrl(entry);
        return story;
    }

    private string? OwnUrl(FeedEntry entry) => EntryStory.UrlOf(entry) is { } url && !shared.Contains(url) ? url : null;

    private static string ByAnEditor(Story story) => $"is the story '{story.Slug}', which an editor has written; that stands.";
}
