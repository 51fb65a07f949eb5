using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Feedback;

internal sealed class TakeMapping : IEntityTypeConfiguration<Take>
{
    public void Configure(EntityTypeBuilder<Take> take)
    {
        take.ToTable("takes");
        take.HasOne<Newsletter>().WithMany().HasForeignKey(t => t.NewsletterId).OnDelete(DeleteBehavior.Cascade);
        take.HasOne<Issue>().WithMany().HasForeignKey(t => t.IssueId).OnDelete(DeleteBehavior.SetNull);
        take.HasOne<Story>().WithMany().HasForeignKey(t => t.StoryId).OnDelete(DeleteBehavior.SetNull);
        // The editor's list: the latest first.
        take.HasIndex(t => new { t.NewsletterId, t.CreatedAt });
    }
}
