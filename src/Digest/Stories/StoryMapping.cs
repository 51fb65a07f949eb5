using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Stories;

internal sealed class StoryMapping : IEntityTypeConfiguration<Story>, IEntityTypeConfiguration<StorySource>, IEntityTypeConfiguration<Correction>
{
    public void Configure(EntityTypeBuilder<Story> story)
    {
        story.ToTable("stories");
        story.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        story.HasIndex(s => new { s.NewsletterId, s.Slug }).IsUnique();
        // The week's query: one newsletter, a half-open range of publication instants.
        story.HasIndex(s => new { s.NewsletterId, s.PublishedAt });
        // One piece that comes in twice, under two names, is found by its address.
        story.HasIndex(s => new { s.NewsletterId, s.CanonicalUrl });
        story.Property(s => s.FurtherReading).IsJson();
        story.Property(s => s.Number).IsOptionalJson();
        story.HasMany(s => s.Sources).WithOne().HasForeignKey(s => s.StoryId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<StorySource> source)
    {
        source.ToTable("story_sources");
        source.HasIndex(s => new { s.StoryId, s.Position }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Correction> correction)
    {
        correction.ToTable("story_corrections");
        correction.HasOne<Story>().WithMany(s => s.Corrections).HasForeignKey(c => c.StoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
