using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Subscribers;

internal sealed class NoticeMapping : IEntityTypeConfiguration<Notice>
{
    /// <summary>The ledger's states, as a check on the column; deliveries carry the same.</summary>
    internal const string States =
        "state in ('queued', 'claimed', 'accepted', 'deferred', 'rejected', 'in_doubt', 'suppressed', 'cancelled', 'expired')";

    internal const string Claim = "(state = 'claimed') = (claimed_by is not null)";

    public void Configure(EntityTypeBuilder<Notice> notice)
    {
        notice.ToTable("notices", table =>
        {
            table.HasCheckConstraint("ck_notices_state", States);
            table.HasCheckConstraint("ck_notices_claim", Claim);
        });
        notice.HasOne<Subscriber>().WithMany().HasForeignKey(n => n.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        notice.HasIndex(n => n.DueAt).HasFilter("state in ('queued', 'deferred')");
        notice.HasIndex(n => n.ClaimedBy).HasFilter("state = 'claimed'");
        notice.HasIndex(n => new { n.SubscriberId, n.Kind, n.CreatedAt });
    }
}
