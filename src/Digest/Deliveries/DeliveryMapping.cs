using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Deliveries;

internal sealed class DeliveryMapping
    : IEntityTypeConfiguration<Delivery>, IEntityTypeConfiguration<Exclusion>, IEntityTypeConfiguration<LedgerTotal>,
        IEntityTypeConfiguration<ExclusionTotal>
{
    /// <summary>
    /// Partitioned by issue, which EF Core cannot say: the migration PartitionedLedger has the parent's SQL, and
    /// <see cref="LedgerPartition"/> makes each partition. No foreign keys: the rows come from the very tables they would
    /// point to, checking a million of them costs more than writing them, and the history outlives its readers.
    /// </summary>
    public void Configure(EntityTypeBuilder<Delivery> delivery)
    {
        delivery.ToTable("deliveries", table =>
        {
            table.HasCheckConstraint("ck_deliveries_state", NoticeMapping.States);
            // A claim names its worker, and only a claim does.
            table.HasCheckConstraint("ck_deliveries_claim", NoticeMapping.Claim);
        });
        // The reader first: within a partition the issue tells nothing, and a reader's history is looked up by it.
        delivery.HasKey(d => new { d.SubscriberId, d.IssueId });
        // The claim walks this index in due order and never meets a settled row.
        delivery.HasIndex(d => new { d.DueAt, d.SubscriberId }).HasFilter("state in ('queued', 'deferred')");
        // A relay that stands by looks for what it deferred itself, and passes no other row.
        delivery.HasIndex(d => new { d.Relay, d.DueAt }).HasFilter("state = 'deferred'");
        // Recovery looks up a dead worker's claims.
        delivery.HasIndex(d => d.ClaimedBy).HasFilter("state = 'claimed'");
    }

    /// <summary>The issue first: its rows lie together, are counted by it, and go with its ledger.</summary>
    public void Configure(EntityTypeBuilder<Exclusion> exclusion)
    {
        exclusion.ToTable("exclusions");
        exclusion.HasKey(e => new { e.IssueId, e.SubscriberId });
        exclusion.HasOne<Issues.Issue>().WithMany().HasForeignKey(e => e.IssueId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LedgerTotal> total)
    {
        total.ToTable("ledger_totals");
        total.HasKey(t => new { t.IssueId, t.State });
    }

    public void Configure(EntityTypeBuilder<ExclusionTotal> total)
    {
        total.ToTable("exclusion_totals");
        total.HasKey(t => new { t.IssueId, t.Reason });
    }
}
