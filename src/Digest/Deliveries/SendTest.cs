using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Smtp;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Digest.Deliveries;

/// <summary>Sends an issue's frozen content to one address, subject marked [Test], with unsubscribe links that change nothing.</summary>
public sealed class SendTest(
    IDbContextFactory<DigestDbContext> contexts, IssueMail issueMail, MessageIds messageIds, MessageComposer composer,
    SmtpSessions sessions, TimeProvider time)
{
    /// <summary>No row has it: a token for it opens nothing, and a bounce finds no delivery.</summary>
    private const long Nobody = 0;

    /// <exception cref="RefusedException">The address cannot be mailed to, or the issue has no content.</exception>
    public async Task<SmtpOutcome> RunAsync(Newsletter newsletter, Issue issue, string address, CancellationToken cancellationToken)
    {
        var mailbox = EmailAddress.Parse(address, out var problem) ?? throw new RefusedException(problem);
        var frozen = new FrozenIssue(newsletter, issue, RenderedMail.Of(await ContentAsync(issue, cancellationToken)));
        var reader = new Claim(
            new LedgerKey(LedgerKind.Delivery, issue.Id, Nobody), "", newsletter.Id, mailbox.Typed, mailbox.Key, TokenVersion: 1, Attempts: 0);

        var mail = issueMail.Write(frozen, reader);
        mail = mail with
        {
            MessageId = messageIds.OfTest(reader.Key, time.GetUtcNow(), mail.FromAddress),
            Date = time.GetUtcNow(),
            Content = mail.Content with { Subject = $"[Test] {mail.Content.Subject}" },
        };
        using var message = composer.Compose(mail);
        await using var session = sessions.Create();
        return await session.SendAsync(message, mail.ReturnPath, mail.To, cancellationToken);
    }

    private async Task<IssueContent> ContentAsync(Issue issue, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.IssueContents.AsNoTracking()
            .OrderBy(c => c.Variant)
            .FirstOrDefaultAsync(c => c.IssueId == issue.Id, cancellationToken)
            ?? throw new RefusedException($"{issue.Title()} has no content yet; `digest assemble` makes it.");
    }
}
