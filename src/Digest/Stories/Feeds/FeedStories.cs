using System.Security.Cryptography;
using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <summary>Writes the stories that a feed brings, under the newsletter's lock.</summary>
internal sealed class FeedStories(DigestDbContext database, Newsletter newsletter, Feed feed, DateTimeOffset now)
{
    public async Task AddAsync(FeedItem item, Story story, CancellationToken cancellationToken)
    {
        story.Slug = await FreeSlugAsync(story.Title, item.Identity, cancellationToken);
        story.PublishedAt = item.PublishedAt;
        story.CreatedAt = story.UpdatedAt = now;
        database.Add(story);
        // Its id is wanted, and the next entry is compared with what is stored.
        await database.SaveChangesAsync(cancellationToken);
        item.StoryId = story.Id;
    }

    /// <summary>What the feed says; what an editor decided beside it (weight, place, points) stays.</summary>
    public async Task RewriteAsync(Story story, Story written, CancellationToken cancellationToken)
    {
        (story.Title, story.Standfirst, story.Body, story.BodyHtml) = (written.Title, written.Standfirst, written.Body, written.BodyHtml);
        (story.Language, story.Topics) = (written.Language, written.Topics);
        // One piece is one story: an entry that moves to the address of another story leaves that one its own.
        if (written.CanonicalUrl is { } url && !await database.Stories.AnyAsync(
            other => other.NewsletterId == newsletter.Id && other.CanonicalUrl == url && other.Id != story.Id, cancellationToken))
        {
            story.CanonicalUrl = url;
        }

        Changed(story, written.ContentHash);
    }

    public void Changed(Story story, byte[] hash)
    {
        story.ContentHash = SHA256.HashData([.. story.ContentHash, .. hash]);
        story.UpdatedAt = now;
    }

    private async Task<string> FreeSlugAsync(string title, string identity, CancellationToken cancellationToken)
    {
        var slug = EntryStory.Slug(title);
        var isFree = slug.Length > 0 && !await database.Stories.AnyAsync(s => s.NewsletterId == newsletter.Id && s.Slug == slug, cancellationToken);
        return isFree ? slug : $"{(slug.Length > 0 ? slug : "story")}-{EntryStory.SlugSuffix($"{feed.Id} {identity}")}";
    }
}
