using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Stories.Feeds;

internal sealed class FeedMapping : IEntityTypeConfiguration<Feed>, IEntityTypeConfiguration<FeedItem>
{
    public void Configure(EntityTypeBuilder<Feed> feed)
    {
        feed.ToTable("feeds");
        feed.Property(f => f.ETag).HasColumnName("etag");
        feed.HasOne<Newsletter>().WithMany().HasForeignKey(f => f.NewsletterId).OnDelete(DeleteBehavior.Cascade);
        feed.HasIndex(f => new { f.NewsletterId, f.Url }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<FeedItem> item)
    {
        item.ToTable("feed_items");
        item.HasOne<Feed>().WithMany().HasForeignKey(i => i.FeedId).OnDelete(DeleteBehavior.Cascade);
        item.HasOne<Story>().WithMany().HasForeignKey(i => i.StoryId).OnDelete(DeleteBehavior.SetNull);
        item.HasIndex(i => new { i.FeedId, i.Identity }).IsUnique();
    }
}
