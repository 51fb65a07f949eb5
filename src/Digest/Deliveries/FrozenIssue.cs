using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;

namespace Digest.Deliveries;

/// <summary>One variant of an issue as it goes out: who sends it, and its words with slots.</summary>
public sealed record FrozenIssue(Newsletter Newsletter, Issue Issue, RenderedMail Content)
{
    /// <summary>
    /// The stored words are those that were approved: hashed anew, so that a row changed behind our back is not sent either.
    /// </summary>
    public static bool IsApproved(Issue issue, IssueContent content) =>
        issue.ApprovedHash is { } approved && ContentHash.Of(RenderedMail.Of(content)).AsSpan().SequenceEqual(approved);
}
