using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Subscribers;

internal sealed class SubscriberMapping
    : IEntityTypeConfiguration<Subscriber>, IEntityTypeConfiguration<ConsentEvent>, IEntityTypeConfiguration<Suppression>
{
    public void Configure(EntityTypeBuilder<Subscriber> subscriber)
    {
        subscriber.ToTable("subscribers");
        subscriber.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        subscriber.HasIndex(s => new { s.NewsletterId, s.AddressKey }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ConsentEvent> consent)
    {
        // The migration adds the trigger that refuses UPDATE; erasure may delete.
        consent.ToTable("consent_events");
        consent.HasOne<Subscriber>().WithMany().HasForeignKey(c => c.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Suppression> suppression)
    {
        suppression.ToTable("suppressions");
        suppression.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Cascade);
        suppression.HasIndex(s => new { s.AddressHash, s.NewsletterId }).IsUnique().AreNullsDistinct(false);
    }
}
