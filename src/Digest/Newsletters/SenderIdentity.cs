namespace Digest.Newsletters;

/// <summary>The addresses a newsletter speaks from and is answered at.</summary>
/// <param name="Name">Display name; names the sender only, no emoji (Google sender guidelines).</param>
/// <param name="IssueAddress">From of the weekly issue.</param>
/// <param name="NoticeAddress">From of confirmation and welcome; differs from <paramref name="IssueAddress"/> (Google answer/15263077).</param>
/// <param name="ReplyTo">A mailbox that somebody reads.</param>
/// <param name="ListId">Right side of List-Id (RFC 2919): an own domain name, the same for ever.</param>
/// <param name="ReturnPathDomain">Domain of the VERP envelope sender; shares the organizational domain of From (RFC 9989 section 5.1).</param>
/// <param name="FeedbackSenderId">Last field of Feedback-ID: 5 to 15 letters or digits, constant.</param>
public sealed record SenderIdentity(
    string Name,
    string IssueAddress,
    string NoticeAddress,
    string ReplyTo,
    string ListId,
    string ReturnPathDomain,
    string FeedbackSenderId);
