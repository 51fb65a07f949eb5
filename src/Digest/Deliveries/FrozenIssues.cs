using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Smtp;
using Microsoft.EntityFrameworkCore;

namespace Digest.Deliveries;

/// <summary>
/// The issues being sent, each variant read and encoded once and kept: frozen content never changes once its deliveries are
/// queued (docs/decisions/0003).
/// </summary>
public sealed class FrozenIssues(
    IDbContextFactory<DigestDbContext> contexts, IssueMail issueMail, MessageComposer composer, TimeProvider time)
{
    /// <summary>Sender and addresses are not frozen: what an operator mends while a run is paused counts when it is resumed.</summary>
    private static readonly TimeSpan NewsletterLife = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Enough for every newsletter that sends at the same hour and the waves of each; beyond it the memory is given back.
    /// </summary>
    private const int Kept = 256;

    private readonly SharedReads<(long IssueId, string Variant, DateTimeOffset? DatedAt), FrozenIssue> known = new(Kept);
    private readonly SharedReads<long, (Newsletter Newsletter, DateTimeOffset ReadAt)> newsletters = new(Kept);

    /// <summary>What a claim of a delivery sends. Lanes that ask for the same while it is being read wait for the one reading.</summary>
    /// <exception cref="InvalidDataException">There is no such content, or it is not what was approved.</exception>
    /// <exception cref="RefusedException">The newsletter's header cannot be written.</exception>
    public async ValueTask<FrozenIssue> GetAsync(Claim claim, CancellationToken cancellationToken)
    {
        var key = (claim.Key.Id, claim.Which, claim.DatedAt);
        var reading = known.GetAsync(key, () => ReadAsync(claim.Key.Id, claim.Which, claim.DatedAt));
        var frozen = await reading.WaitAsync(cancellationToken);
        var newsletter = await NewsletterAsync(frozen.Issue.NewsletterId).WaitAsync(cancellationToken);
        return ReferenceEquals(newsletter, frozen.Newsletter)
            ? frozen
            : await known.RenewAsync(key, reading, () => Task.FromResult(Renewed(frozen, newsletter, claim.DatedAt))).WaitAsync(cancellationToken);
    }

    private async Task<FrozenIssue> ReadAsync(long issueId, string variant, DateTimeOffset? datedAt)
    {
        await using var database = await contexts.CreateDbContextAsync();
        var issue = await database.Issues.AsNoTracking().SingleAsync(i => i.Id == issueId);
        var content = await database.IssueContents.AsNoTracking().SingleOrDefaultAsync(c => c.IssueId == issueId && c.Variant == variant);
        if (content is null || !FrozenIssue.IsApproved(issue, await database.IssueContents.HashesAsync(issueId, CancellationToken.None), content))
        {
            throw new InvalidDataException($"The content of issue {issueId} is not what was approved.");
        }

        var newsletter = await NewsletterAsync(issue.NewsletterId);
        return Encoded(newsletter, issue, issueMail.Template(newsletter, issue, RenderedMail.Of(content), datedAt));
    }

    /// <summary>A newsletter that was read again is seldom another: then what was encoded stays.</summary>
    private FrozenIssue Renewed(FrozenIssue frozen, Newsletter newsletter, DateTimeOffset? datedAt)
    {
        var mail = issueMail.Template(newsletter, frozen.Issue, frozen.Mail.Content, datedAt);
        return mail == frozen.Mail ? frozen with { Newsletter = newsletter } : Encoded(newsletter, frozen.Issue, mail);
    }

    private FrozenIssue Encoded(Newsletter newsletter, Issue issue, MailTemplate mail) =>
        new(newsletter, issue, mail, composer.Prepare(mail));

    private async Task<Newsletter> NewsletterAsync(long id)
    {
        var reading = newsletters.GetAsync(id, () => ReadNewsletterAsync(id));
        var read = await reading;
        if (time.GetUtcNow() - read.ReadAt >= NewsletterLife)
        {
            read = await newsletters.RenewAsync(id, reading, () => ReadNewsletterAsync(id));
        }

        return read.Newsletter;
    }

    private async Task<(Newsletter Newsletter, DateTimeOffset ReadAt)> ReadNewsletterAsync(long id)
    {
        await using var database = await contexts.CreateDbContextAsync();
        return (await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == id), time.GetUtcNow());
    }
}
