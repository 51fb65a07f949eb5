using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Stories.Keys;

/// <summary>What lets a program write stories of one newsletter. The key itself is shown once and kept nowhere.</summary>
public sealed class ApiKey
{
    public long Id { get; set; }

    public long NewsletterId { get; set; }

    /// <summary>Who or what uses it; unique in the newsletter.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the key, which is 256 random bits: no slower hash would make it harder to guess.</summary>
    public required byte[] Hash { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable("api_keys");
        key.HasOne<Newsletter>().WithMany().HasForeignKey(k => k.NewsletterId).OnDelete(DeleteBehavior.Cascade);
        key.HasIndex(k => k.Hash).IsUnique();
        key.HasIndex(k => new { k.NewsletterId, k.Name }).IsUnique();
    }
}
