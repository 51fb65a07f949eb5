using Digest.Deliveries;
using Digest.Feedback;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Digest.Smtp;
using Digest.Stories;
using Digest.Stories.Feeds;
using Digest.Stories.Keys;
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

    public DbSet<Correction> Corrections => Set<Correction>();

    public DbSet<Feed> Feeds => Set<Feed>();

    public DbSet<FeedItem> FeedItems => Set<FeedItem>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Issue> Issues => Set<Issue>();

    public DbSet<IssueStory> IssueStories => Set<IssueStory>();

    public DbSet<IssueContent> IssueContents => Set<IssueContent>();

    public DbSet<IssueCorrection> IssueCorrections => Set<IssueCorrection>();

    public DbSet<IssueDraft> IssueDrafts => Set<IssueDraft>();

    public DbSet<Rehearsal> Rehearsals => Set<Rehearsal>();

    public DbSet<Subscriber> Subscribers => Set<Subscriber>();

    public DbSet<ConsentEvent> ConsentEvents => Set<ConsentEvent>();

    public DbSet<Suppression> Suppressions => Set<Suppression>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Exclusion> Exclusions => Set<Exclusion>();

    public DbSet<LedgerTotal> LedgerTotals => Set<LedgerTotal>();

    public DbSet<ExclusionTotal> ExclusionTotals => Set<ExclusionTotal>();

    public DbSet<SendingWorker> SendingWorkers => Set<SendingWorker>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<Take> Takes => Set<Take>();

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
        configurationBuilder.Properties<StoryOrigin>().HaveConversion<SnakeCaseEnumConverter<StoryOrigin>>();
        configurationBuilder.Properties<DraftKind>().HaveConversion<SnakeCaseEnumConverter<DraftKind>>();
        configurationBuilder.Properties<TakeRating>().HaveConversion<SnakeCaseEnumConverter<TakeRating>>();
        configurationBuilder.Properties<IssueState>().HaveConversion<SnakeCaseEnumConverter<IssueState>>();
        configurationBuilder.Properties<SubscriberState>().HaveConversion<SnakeCaseEnumConverter<SubscriberState>>();
        configurationBuilder.Properties<ConsentKind>().HaveConversion<SnakeCaseEnumConverter<ConsentKind>>();
        configurationBuilder.Properties<SuppressionReason>().HaveConversion<SnakeCaseEnumConverter<SuppressionReason>>();
        configurationBuilder.Properties<DeliveryState>().HaveConversion<SnakeCaseEnumConverter<DeliveryState>>();
        configurationBuilder.Properties<ExclusionReason>().HaveConversion<SnakeCaseEnumConverter<ExclusionReason>>();
        configurationBuilder.Properties<NoticeKind>().HaveConversion<SnakeCaseEnumConverter<NoticeKind>>();
    }
}
