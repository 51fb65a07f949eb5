using System.Globalization;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using Digest.Subscribers;

namespace Digest.Deliveries;

/// <summary>An issue's mail to one reader: the frozen content, the reader's links, and headers that are the same on every try.</summary>
public sealed class IssueMail(Tokens tokens, PublicUrls urls, MessageIds messageIds, ReturnPaths returnPaths)
{
    public OutgoingMail Write(FrozenIssue frozen, Claim claim) => new()
    {
        FromName = frozen.Newsletter.Sender.Name,
        FromAddress = frozen.Newsletter.Sender.IssueAddress,
        ReplyTo = frozen.Newsletter.Sender.ReplyTo,
        To = claim.Address,
        ReturnPath = returnPaths.Of(claim.Key, frozen.Newsletter.Sender.ReturnPathDomain),
        MessageId = messageIds.Of(claim.Key, frozen.Newsletter.Sender.IssueAddress),
        // The instant of queueing or of a later wave, not of the try (checklist A8); a test mail of an issue not yet queued has
        // its assembly's.
        Date = claim.DatedAt ?? frozen.Issue.QueuedAt ?? frozen.Issue.AssembledAt,
        Content = Links(claim.Key.SubscriberId, claim.TokenVersion, claim.Key.Id).Fill(frozen.Content),
        List = List(frozen.Newsletter, Links(claim.Key.SubscriberId, claim.TokenVersion, claim.Key.Id).UnsubscribeUrl,
            $"{frozen.Issue.Week.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}:{frozen.Newsletter.Slug}:digest"),
    };

    /// <summary>The links by which one reader leaves or changes what they get; an issue's name it, so that a click settles a doubt.</summary>
    public SlotValues Links(long subscriberId, int tokenVersion, long? issueId = null)
    {
        var reader = new TokenContent(subscriberId, tokenVersion, ExpiresAt: null);
        return new SlotValues(
            urls.Unsubscribe(tokens.Create(TokenPurpose.Unsubscribe, reader), issueId),
            urls.Preferences(tokens.Create(TokenPurpose.Preferences, reader), issueId));
    }

    /// <param name="newsletter">Whose mail.</param>
    /// <param name="unsubscribeUrl">The reader's own.</param>
    /// <param name="run">First three fields of Feedback-ID, nothing in them per recipient (checklist B17).</param>
    public ListHeaders List(Newsletter newsletter, string unsubscribeUrl, string run) => new(
        newsletter.Name, newsletter.Sender.ListId, unsubscribeUrl, urls.Home(newsletter.Slug), $"{run}:{newsletter.Sender.FeedbackSenderId}");
}
