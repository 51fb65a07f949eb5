using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Digest.Issues;

internal sealed class IssueMapping
    : IEntityTypeConfiguration<Issue>, IEntityTypeConfiguration<IssueStory>, IEntityTypeConfiguration<IssueContent>,
        IEntityTypeConfiguration<IssueCorrection>, IEntityTypeConfiguration<IssueDraft>, IEntityTypeConfiguration<Rehearsal>
{
    public void Configure(EntityTypeBuilder<Issue> issue)
    {
        issue.ToTable("issues", table =>
        {
            table.HasCheckConstraint("ck_issues_week_is_monday", "extract(isodow from week) = 1");
            table.HasCheckConstraint("ck_issues_window", "window_start < window_end");
        });
        issue.HasOne<Newsletter>().WithMany().HasForeignKey(i => i.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        issue.HasIndex(i => new { i.NewsletterId, i.Week }).IsUnique();
        issue.HasMany(i => i.Stories).WithOne().HasForeignKey(s => s.IssueId).OnDelete(DeleteBehavior.Cascade);
        issue.HasMany(i => i.Contents).WithOne().HasForeignKey(c => c.IssueId).OnDelete(DeleteBehavior.Cascade);
        issue.HasMany(i => i.Corrections).WithOne().HasForeignKey(c => c.IssueId).OnDelete(DeleteBehavior.Cascade);
        issue.Property(i => i.Preflight).IsJson();
        issue.Ignore(i => i.Errors);
    }

    public void Configure(EntityTypeBuilder<IssueStory> place)
    {
        place.ToTable("issue_stories");
        place.HasKey(p => new { p.IssueId, p.StoryId });
        place.HasIndex(p => new { p.IssueId, p.Position }).IsUnique();
        place.HasOne(p => p.Story).WithMany().HasForeignKey(p => p.StoryId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<IssueContent> content)
    {
        content.ToTable("issue_contents");
        content.HasIndex(c => new { c.IssueId, c.Variant }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<IssueCorrection> told)
    {
        told.ToTable("issue_corrections");
        told.HasKey(t => new { t.IssueId, t.CorrectionId });
        told.HasOne(t => t.Correction).WithMany().HasForeignKey(t => t.CorrectionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<IssueDraft> draft)
    {
        draft.ToTable("issue_drafts");
        draft.HasOne<Issue>().WithMany().HasForeignKey(d => d.IssueId).OnDelete(DeleteBehavior.Cascade);
        draft.Property(d => d.Sentences).IsJson();
    }

    public void Configure(EntityTypeBuilder<Rehearsal> rehearsal)
    {
        rehearsal.ToTable("rehearsals");
        rehearsal.HasOne<Issue>().WithMany().HasForeignKey(r => r.IssueId).OnDelete(DeleteBehavior.Cascade);
        rehearsal.HasIndex(r => new { r.IssueId, r.At });
    }
}
