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

    /// <param name="newsletter">Who sends it.</param>
    /// <param name="issue">Whose content.</param>
    /// <param name="variant">What a reader gets who chose these topics, in any order; empty is the whole issue.</param>
    /// <param name="address">Where to.</param>
    /// <param name="cancellationToken">Stops the sending.</param>
    /// <exception cref="RefusedException">The address cannot be mailed to, or the issue has no such content.</exception>
    public async Task<SmtpOutcome> RunAsync(
        Newsletter newsletter, Issue issue, string variant, string address, CancellationToken cancellationToken)
    {
        var mailbox = EmailAddress.Parse(address, out var problem) ?? throw new RefusedException(problem);
        var content = RenderedMail.Of(await ContentAsync(issue, KeyOf(variant, newsletter), cancellationToken));
        var now = time.GetUtcNow();
        var sender = newsletter.Sender;
        var template = composer.Prepare(
            issueMail.Template(newsletter, issue, content with { Subject = $"[Test] {content.Subject}" }) with { Date = now });

        var key = new LedgerKey(LedgerKind.Delivery, issue.Id, Nobody);
        var reader = new ReaderValues(
            mailbox.Typed, messageIds.OfTest(key, now, sender.IssueAddress), issueMail.Links(Nobody, tokenVersion: 1));
        using var mail = new WireMail(template.Write(reader), returnPaths.Of(key, sender.ReturnPathDomain), mailbox.Typed);
        await using var session = sessions.Create();
        return await session.SendAsync(mail, Unmarked, following: () => null, cancellationToken);
    }

    /// <summary>As the issue calls it, whatever order the topics are named in.</summary>
    private static string KeyOf(string variant, Newsletter newsletter)
    {
        var topics = newsletter.Vocabulary.Topics;
        var chosen = variant.Split(VariantKey.Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // A topic that is unknown is not left out of the choice: that would be another variant than was asked for.
        return chosen.All(key => topics.Any(topic => topic.Key == key)) ? VariantKey.Of(chosen, topics) : variant;
    }

    private async Task<IssueContent> ContentAsync(Issue issue, string variant, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var contents = database.IssueContents.AsNoTracking().Where(content => content.IssueId == issue.Id);
        if (await contents.SingleOrDefaultAsync(content => content.Variant == variant, cancellationToken) is { } found)
        {
            return found;
        }

        var variants = await contents.Where(content => content.Variant != "").Select(content => content.Variant).Order().ToListAsync(cancellationToken);
        throw new RefusedException(variant.Length == 0 ? $"{issue.Title()} has no content yet; `digest assemble` makes it."
            : variants.Count == 0 ? $"{issue.Title()} has no variant '{variant}'; it has the whole issue alone."
            : $"{issue.Title()} has no variant '{variant}'; it has {string.Join(", ", variants)}, and the whole issue.");
    }
}
