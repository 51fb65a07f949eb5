using Digest.Issues;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Deliveries;

internal sealed class DeliveryMapping
    : IEntityTypeConfiguration<Delivery>, IEntityTypeConfiguration<Exclusion>, IEntityTypeConfiguration<SendingWorker>
{
    public void Configure(EntityTypeBuilder<Delivery> delivery)
    {
        delivery.ToTable("deliveries", table =>
        {
            table.HasCheckConstraint("ck_deliveries_state", NoticeMapping.States);
            // A claim names its worker, and only a claim does.
            table.HasCheckConstraint("ck_deliveries_claim", "(state = 'claimed') = (claimed_by is not null)");
        });
        delivery.HasKey(d => new { d.IssueId, d.SubscriberId });
        delivery.HasOne<Issue>().WithMany().HasForeignKey(d => d.IssueId).OnDelete(DeleteBehavior.Restrict);
        delivery.HasOne<Subscriber>().WithMany().HasForeignKey(d => d.SubscriberId).OnDelete(DeleteBehavior.Restrict);
        // The claim walks this index in due order and never meets a settled row.
        delivery.HasIndex(d => d.DueAt).HasFilter("state in ('queued', 'deferred')");
        // Recovery looks up a dead worker's claims.
        delivery.HasIndex(d => d.ClaimedBy).HasFilter("state = 'claimed'");
        delivery.HasIndex(d => d.SubscriberId);
    }

    public void Configure(EntityTypeBuilder<Exclusion> exclusion)
    {
        exclusion.ToTable("exclusions");
        exclusion.HasKey(e => new { e.IssueId, e.SubscriberId });
        exclusion.HasOne<Issue>().WithMany().HasForeignKey(e => e.IssueId).OnDelete(DeleteBehavior.Cascade);
        exclusion.HasOne<Subscriber>().WithMany().HasForeignKey(e => e.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SendingWorker> worker) => worker.ToTable("sending_workers");
}
