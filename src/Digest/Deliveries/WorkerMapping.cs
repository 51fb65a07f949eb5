using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Deliveries;

internal sealed class WorkerMapping
    : IEntityTypeConfiguration<SendingWorker>, IEntityTypeConfiguration<SendBudget>, IEntityTypeConfiguration<RelaySlot>
{
    public void Configure(EntityTypeBuilder<SendingWorker> worker) => worker.ToTable("sending_workers");

    public void Configure(EntityTypeBuilder<SendBudget> budget)
    {
        budget.ToTable("send_budgets");
        budget.HasKey(b => b.Key);
    }

    public void Configure(EntityTypeBuilder<RelaySlot> slot)
    {
        slot.ToTable("relay_slots");
        slot.HasKey(s => new { s.Relay, s.Number });
    }
}
