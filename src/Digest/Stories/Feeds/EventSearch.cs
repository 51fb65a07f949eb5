using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <summary>Finds the story that a piece belongs to, among the candidates: a piece that comes after its issue is news again.</summary>
internal sealed class EventSearch(DigestDbContext database, Newsletter newsletter, PollSettings settings, DateTimeOffset now)
{
    private List<(Story Story, EventWords Words)>? open;

    /// <summary>The story that is this very piece, or weighs it already.</summary>
    public Task<Story?> SamePieceAsync(string url, CancellationToken cancellationToken) =>
        StoriesOfPiece.Of(database, newsletter.Id, url)
            .Include(story => story.Sources)
            .OrderByDescending(story => story.PublishedAt).ThenByDescending(story => story.Id)
            .FirstOrDefaultAsync(cancellationToken);

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
        // What an editor holds over is open whatever the week.
        var oldest = now.AddDays(-settings.OldestDays - settings.SameEventDays);
        var next = await Candidates.NextAsync(database, newsletter, cancellationToken);
        var stories = await Candidates.Of(database, newsletter, next, heldUntil: DateOnly.MaxValue)
            .Where(story => story.PublishedAt >= oldest)
            .Include(story => story.Sources)
            .ToListAsync(cancellationToken);
        return stories.ConvertAll(story => (story, WordsOf(story)));
    }

    /// <summary>Its own, and not its sources' titles: a bare headline shares half of its words with many another.</summary>
    private static EventWords WordsOf(Story story) => EventWords.Of($"{story.Title}. {StoryMarkdown.InlineText(story.Standfirst)}");
}
