using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using Digest.Subscribers;

namespace Digest.Deliveries;

/// <summary>An issue's mail: the frozen content, the reader's links, and headers that are the same on every try.</summary>
public sealed class IssueMail(Tokens tokens, PublicUrls urls, MessageIds messageIds, ReturnPaths returnPaths)
{
    /// <summary>What all readers of a variant get alike.</summary>
    /// <param name="newsletter">Who sends it.</param>
    /// <param name="issue">Queued, or for a test mail assembled.</param>
    /// <param name="content">With its slots.</param>
    /// <param name="datedAt">The wave's own date; none for the issue's.</param>
    public MailTemplate Template(Newsletter newsletter, Issue issue, RenderedMail content, DateTimeOffset? datedAt = null) => new()
    {
        FromName = newsletter.Sender.Name,
        FromAddress = newsletter.Sender.IssueAddress,
        ReplyTo = newsletter.Sender.ReplyTo,
        // The instant of queueing or of a later wave, not of the try (checklist A8); a test mail of an issue not yet queued has
        // its assembly's.
        Date = datedAt ?? issue.QueuedAt ?? issue.AssembledAt,
        Content = content,
        List = List(newsletter, $"{issue.Week.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}:{newsletter.Slug}:digest"),
    };

    public WireMail Write(FrozenIssue frozen, Claim claim)
    {
        var sender = frozen.Newsletter.Sender;
        var reader = new ReaderValues(
            claim.Address, messageIds.Of(claim.Key, sender.IssueAddress), Links(claim.Key.SubscriberId, claim.TokenVersion, claim.Key.Id));
        return new WireMail(frozen.Template.Write(reader), returnPaths.Of(claim.Key, sender.ReturnPathDomain), claim.Address);
    }

    /// <summary>The links by which one reader leaves or changes what they get; an issue's name it, so that a click settles a doubt.</summary>
    public SlotValues Links(long subscriberId, int tokenVersion, long? issueId = null)
    {
        var reader = new TokenContent(subscriberId, tokenVersion, ExpiresAt: null);
        return new SlotValues(
            urls.Unsubscribe(tokens.Create(TokenPurpose.Unsubscribe, reader), issueId),
            urls.Preferences(tokens.Create(TokenPurpose.Preferences, reader), issueId));
    }

    /// <param name="newsletter">Whose mail.</param>
    /// <param name="run">First three fields of Feedback-ID, nothing in them per recipient (checklist B17).</param>
    public ListHeaders List(Newsletter newsletter, string run) => new(
        newsletter.Name, newsletter.Sender.ListId, urls.Home(newsletter.Slug), $"{run}:{newsletter.Sender.FeedbackSenderId}");
}
