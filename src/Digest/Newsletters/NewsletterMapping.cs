using Digest.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Newsletters;

internal sealed class NewsletterMapping : IEntityTypeConfiguration<Newsletter>
{
    public void Configure(EntityTypeBuilder<Newsletter> newsletter)
    {
        newsletter.ToTable("newsletters");
        newsletter.HasIndex(n => n.Slug).IsUnique();
        newsletter.Ignore(n => n.Zone);
        newsletter.Property(n => n.Sender).IsJson();
        newsletter.Property(n => n.Schedule).IsJson();
        newsletter.Property(n => n.Policy).IsJson();
        newsletter.Property(n => n.Brand).IsJson();
        newsletter.Property(n => n.Vocabulary).IsJson();
        newsletter.Property(n => n.Feeds).IsJson();
    }
}
