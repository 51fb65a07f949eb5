using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Digest.Smtp;
using Digest.Stories;
using Digest.Subscribers;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Digest.Data;

/// <summary>Everything Digest keeps, in the schema <c>digest</c>; each room maps its own tables.</summary>
public sealed class DigestDbContext(DbContextOptions<DigestDbContext> options)
    : IdentityUserContext<Operator, Guid>(options), IDataProtectionKeyContext
{
    public const string Schema = "digest";

    public DbSet<Newsletter> Newsletters => Set<Newsletter>();

    public DbSet<Story> Stories => Set<Story>();

    public DbSet<Issue> Issues => Set<Issue>();

    public DbSet<IssueStory> IssueStories => Set<IssueStory>();

    public DbSet<IssueContent> IssueContents => Set<IssueContent>();

    public DbSet<Subscriber> Subscribers => Set<Subscriber>();

    public DbSet<ConsentEvent> ConsentEvents => Set<ConsentEvent>();

    public DbSet<Suppression> Suppressions => Set<Suppression>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Exclusion> Exclusions => Set<Exclusion>();

    public DbSet<LedgerTotal> LedgerTotals => Set<LedgerTotal>();

    public DbSet<SendingWorker> SendingWorkers => Set<SendingWorker>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<Alert> Alerts => Set<Alert>();

    /// <summary>Keys of cookies and antiforgery, shared by every web process and kept across restarts.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.ApplyConfigurationsFromAssembly(typeof(DigestDbContext).Assembly);

        builder.Entity<Operator>().ToTable("operators");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserClaim<Guid>>().ToTable("operator_claims");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserLogin<Guid>>().ToTable("operator_logins");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserToken<Guid>>().ToTable("operator_tokens");
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<IssueState>().HaveConversion<SnakeCaseEnumConverter<IssueState>>();
        configurationBuilder.Properties<SubscriberState>().HaveConversion<SnakeCaseEnumConverter<SubscriberState>>();
        configurationBuilder.Properties<ConsentKind>().HaveConversion<SnakeCaseEnumConverter<ConsentKind>>();
        configurationBuilder.Properties<SuppressionReason>().HaveConversion<SnakeCaseEnumConverter<SuppressionReason>>();
        configurationBuilder.Properties<DeliveryState>().HaveConversion<SnakeCaseEnumConverter<DeliveryState>>();
        configurationBuilder.Properties<ExclusionReason>().HaveConversion<SnakeCaseEnumConverter<ExclusionReason>>();
        configurationBuilder.Properties<NoticeKind>().HaveConversion<SnakeCaseEnumConverter<NoticeKind>>();
    }
}
