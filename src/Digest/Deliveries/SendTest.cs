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
    IDbContextFactory<DigestDbContext> contexts, IssueMail issueMail, MessageIds messageIds, ReturnPaths returnPaths,
    MessageComposer composer, SmtpSessions sessions, TimeProvider time)
{
    /// <summary>No row has it: a token for it opens nothing, and a bounce finds no delivery.</summary>
    private const long Nobody = 0;

    /// <summary>The ledger knows nothing of a test mail, so there is no mark to wait for.</summary>
    private static readonly Task<bool> Unmarked = Task.FromResult(true);

    /// <exception cref="RefusedException">The address cannot be mailed to, or the issue has no content.</exception>
    public async Task<SmtpOutcome> RunAsync(Newsletter newsletter, Issue issue, string address, CancellationToken cancellationToken)
    {
        var mailbox = EmailAddress.Parse(address, out var problem) ?? throw new RefusedException(problem);
        var content = RenderedMail.Of(await ContentAsync(issue, cancellationToken));
        var now = time.GetUtcNow();
        var sender = newsletter.Sender;
        var template = composer.Prepare(
            issueMail.Template(newsletter, issue, content with { Subject = $"[Test] {content.Subject}" }) with { Date = now });

        var key = new LedgerKey(LedgerKind.Delivery, issue.Id, Nobody);
        using var message = template.Write(new ReaderValues(
            mailbox.Typed, messageIds.OfTest(key, now, sender.IssueAddress), issueMail.Links(Nobody, tokenVersion: 1)));
        await using var session = sessions.Create();
        return await session.SendAsync(
            message, returnPaths.Of(key, sender.ReturnPathDomain), mailbox.Typed, Unmarked, cancellationToken);
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
