using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Digest.Deliveries;

/// <summary>The confirmation and the welcome. They come from another address than the issue (checklist D1).</summary>
public sealed class NoticeMail(
    IDbContextFactory<DigestDbContext> contexts, MailRenderer renderer, Tokens tokens, PublicUrls urls,
    IssueMail issueMail, MessageIds messageIds, ReturnPaths returnPaths, MessageComposer composer)
{
    public async Task<WireMail> WriteAsync(Claim claim, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var notice = await database.Notices.AsNoTracking().SingleAsync(n => n.Id == claim.Key.Id, cancellationToken);
        var newsletter = await database.Newsletters.AsNoTracking().SingleAsync(n => n.Id == claim.NewsletterId, cancellationToken);
        var sender = newsletter.Sender;
        var links = issueMail.Links(claim.Key.SubscriberId, claim.TokenVersion);

        // The confirmation has no List headers: who did not ask for it cannot leave, and does nothing.
        var isWelcome = notice.Kind == NoticeKind.Welcome;
        var content = isWelcome
            ? await renderer.RenderWelcomeAsync(newsletter, await LatestAsync(database, newsletter.Id, cancellationToken))
            : await renderer.RenderConfirmationAsync(newsletter);
        var template = composer.Prepare(new MailTemplate
        {
            FromName = sender.Name,
            FromAddress = sender.NoticeAddress,
            ReplyTo = sender.ReplyTo,
            Date = notice.CreatedAt,
            Content = content,
            List = isWelcome ? issueMail.List(newsletter, $"welcome:{newsletter.Slug}:digest") : null,
        });
        var reader = new ReaderValues(
            claim.Address, messageIds.Of(claim.Key, sender.NoticeAddress),
            isWelcome ? links : links with { ConfirmUrl = ConfirmUrl(claim, notice) });
        return new WireMail(template.Write(reader), returnPaths.Of(claim.Key, sender.ReturnPathDomain), claim.Address);
    }

    /// <summary>The link's life is counted from the request, so that a retry carries the same link.</summary>
    private string ConfirmUrl(Claim claim, Notice notice)
    {
        var expiry = (notice.CreatedAt + ConfirmSubscription.LinkLifetime).ToUnixTimeSeconds();
        return urls.Confirm(tokens.Create(TokenPurpose.Confirm, new TokenContent(
            claim.Key.SubscriberId, claim.TokenVersion, DateTimeOffset.FromUnixTimeSeconds(expiry))));
    }

    private static async Task<(Week Week, string Subject)?> LatestAsync(
        DigestDbContext database, long newsletterId, CancellationToken cancellationToken)
    {
        var latest = await database.Issues.AsNoTracking()
            .Where(i => i.NewsletterId == newsletterId && (i.State == IssueState.Sent || i.State == IssueState.Sending))
            .OrderByDescending(i => i.Week)
            .Select(i => new { i.Week, i.Subject })
            .FirstOrDefaultAsync(cancellationToken);
        return latest is null ? null : (new Week(latest.Week), latest.Subject);
    }
}
