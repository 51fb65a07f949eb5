using System.Security.Cryptography;
using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Feeds;

/// <summary>Writes the stories that a feed brings, under the newsletter's lock.</summary>
internal sealed class FeedStories(DigestDbContext database, Newsletter newsletter, Feed feed, DateTimeOffset now)
{
    /// <summary>Addresses that another story had when its entry moved there; that one may move as well.</summary>
    private readonly Dictionary<Story, string> wanted = [];

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
        wanted.Remove(story);
        if (written.CanonicalUrl is { } url && !await database.Stories.AnyAsync(
            other => other.NewsletterId == newsletter.Id && other.CanonicalUrl == url && other.Id != story.Id, cancellationToken))
        {
            story.CanonicalUrl = url;
        }
        else if (written.CanonicalUrl is { } taken)
        {
            wanted[story] = taken;
        }

        Changed(story, written.ContentHash);
    }

    /// <summary>Entries of one poll may swap their addresses, or follow each other; an address goes to who wants it unless its story stays.</summary>
    public async Task SettleAddressesAsync(CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        await database.SaveChangesAsync(cancellationToken);
        var urls = wanted.Values.ToList();
        var holders = await database.Stories.Where(story => story.NewsletterId == newsletter.Id && urls.Contains(story.CanonicalUrl!)).ToListAsync(cancellationToken);
        while (wanted.Keys.FirstOrDefault(story => holders.Exists(other => other != story && other.CanonicalUrl == wanted[story] && !wanted.ContainsKey(other))) is { } stays)
        {
            wanted.Remove(stays);
        }

        foreach (var (story, url) in wanted)
        {
            story.CanonicalUrl = url;
        }
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
