using System.Collections.Concurrent;
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

    private readonly ConcurrentDictionary<(long IssueId, string Variant, DateTimeOffset? DatedAt), FrozenIssue> known = [];
    private readonly ConcurrentDictionary<long, (Newsletter Newsletter, DateTimeOffset ReadAt)> newsletters = [];

    /// <summary>What a claim of a delivery sends.</summary>
    /// <exception cref="InvalidDataException">There is no such content, or it is not what was approved.</exception>
    /// <exception cref="RefusedException">The newsletter's header cannot be written.</exception>
    public async ValueTask<FrozenIssue> GetAsync(Claim claim, CancellationToken cancellationToken)
    {
        var key = (claim.Key.Id, claim.Which, claim.DatedAt);
        if (known.TryGetValue(key, out var frozen))
        {
            var newsletter = await NewsletterAsync(frozen.Issue.NewsletterId, cancellationToken);
            return ReferenceEquals(newsletter, frozen.Newsletter) ? frozen : known[key] = Renewed(frozen, newsletter, claim.DatedAt);
        }

        if (known.Count >= Kept)
        {
            known.Clear();
        }

        return known[key] = await ReadAsync(claim.Key.Id, claim.Which, claim.DatedAt, cancellationToken);
    }

    private async Task<FrozenIssue> ReadAsync(
        long issueId, string variant, DateTimeOffset? datedAt, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.AsNoTracking().SingleAsync(i => i.Id == issueId, cancellationToken);
        var content = await database.IssueContents.AsNoTracking()
            .SingleOrDefaultAsync(c => c.IssueId == issueId && c.Variant == variant, cancellationToken);
        if (content is null || !FrozenIssue.IsApproved(issue, await database.IssueContents.HashesAsync(issueId, cancellationToken), content))
        {
            throw new InvalidDataException($"The content of issue {issueId} is not what was approved.");
        }

        var newsletter = await NewsletterAsync(issue.NewsletterId, cancellationToken);
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

    private async ValueTask<Newsletter> NewsletterAsync(long id, CancellationToken cancellationToken)
    {
        if (newsletters.TryGetValue(id, out var read) && time.GetUtcNow() - read.ReadAt < NewsletterLife)
        {
            return read.Newsletter;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == id, cancellationToken);
        newsletters[id] = (newsletter, time.GetUtcNow());
        return newsletter;
    }
}
