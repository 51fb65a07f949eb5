using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Stories;

internal sealed class StoryMapping : IEntityTypeConfiguration<Story>, IEntityTypeConfiguration<StorySource>
{
    public void Configure(EntityTypeBuilder<Story> story)
    {
        story.ToTable("stories");
        story.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        story.HasIndex(s => new { s.NewsletterId, s.Slug }).IsUnique();
        // The week's query: one newsletter, a half-open range of publication instants.
        story.HasIndex(s => new { s.NewsletterId, s.PublishedAt });
        story.Property(s => s.FurtherReading).IsJson();
        story.HasMany(s => s.Sources).WithOne().HasForeignKey(s => s.StoryId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<StorySource> source)
    {
        source.ToTable("story_sources");
        source.HasIndex(s => new { s.StoryId, s.Position }).IsUnique();
    }
}
