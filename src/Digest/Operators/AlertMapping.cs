using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Operators;

internal sealed class AlertMapping : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> alert)
    {
        alert.ToTable("alerts");
        // Raising the same alert again while it is open changes nothing.
        alert.HasIndex(a => new { a.Kind, a.NewsletterId, a.IssueId }).IsUnique()
            .AreNullsDistinct(false).HasFilter("cleared_at is null");
    }
}
