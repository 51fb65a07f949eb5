using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <summary>Finds the story that a piece belongs to, among those that no issue has taken to its readers yet.</summary>
internal sealed class EventSearch(DigestDbContext database, Newsletter newsletter, PollSettings settings, DateTimeOffset now)
{
    private List<(Story Story, EventWords Words)>? open;

    /// <summary>The story that is this very piece, or weighs it already.</summary>
    public Task<Story?> SamePieceAsync(string url, CancellationToken cancellationToken)
    {
        // An editor's source may name a place on the page.
        var place = $"{url}#";
        return database.Stories
            .Include(story => story.Sources)
            .Where(story => story.NewsletterId == newsletter.Id && (story.CanonicalUrl == url
                || story.Sources.Any(source => source.Url == url || source.Url.Substring(0, place.Length) == place)))
            .OrderByDescending(story => story.PublishedAt).ThenByDescending(story => story.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The open story that tells of the same event; the closest of several, the older of two as close.</summary>
    public async Task<Story?> SameEventAsync(FeedEntry entry, DateTimeOffset publishedAt, CancellationToken cancellationToken)
    {
        open ??= await OpenAsync(cancellationToken);
        var (title, standfirst) = entry.Words;
        var words = EventWords.Of($"{title}. {standfirst}");
        return open
            .Where(piece => (piece.Story.PublishedAt - publishedAt).Duration() <= TimeSpan.FromDays(settings.SameEventDays))
            .Select(piece => (piece.Story, Share: words.Share(piece.Words)))
            .Where(piece => piece.Share >= settings.SameEventShare)
            .OrderByDescending(piece => piece.Share).ThenBy(piece => piece.Story.Id)
            .Select(piece => piece.Story)
            .FirstOrDefault();
    }

    /// <summary>A story that has just begun.</summary>
    public void Add(Story story) => open?.Add((story, WordsOf(story)));

    private async Task<List<(Story Story, EventWords Words)>> OpenAsync(CancellationToken cancellationToken)
    {
        // Not behind the last window whose issue went to its readers, nor in such an issue, nor dropped: a piece that comes
        // later is news again. A story that an editor holds over is open wherever it lies.
        var oldest = now.AddDays(-settings.OldestDays - settings.SameEventDays);
        var stories = await database.Stories
            .FromSql($"""
                select s.* from digest.stories s
                where s.newsletter_id = {newsletter.Id} and s.dropped_at is null and s.published_at >= {oldest}
                  and (s.held_to is not null or s.published_at >= coalesce(
                    (select max(i.window_end) from digest.issues i where i.newsletter_id = {newsletter.Id} and i.queued_at is not null), '-infinity'))
                  and not exists (
                    select from digest.issue_stories p join digest.issues i on i.id = p.issue_id
                    where p.story_id = s.id and i.queued_at is not null)
                """)
            .Include(story => story.Sources)
            .ToListAsync(cancellationToken);
        return stories.ConvertAll(story => (story, WordsOf(story)));
    }

    /// <summary>Its own, and not its sources' titles: a bare headline shares half of its words with many another.</summary>
    private static EventWords WordsOf(Story story) => EventWords.Of($"{story.Title}. {StoryMarkdown.InlineText(story.Standfirst)}");
}
