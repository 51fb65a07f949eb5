using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>One variant of an issue as it goes out.</summary>
/// <param name="Newsletter">Who sends it.</param>
/// <param name="Mail">What all its readers get alike.</param>
/// <param name="Template">The same, encoded.</param>
public sealed record FrozenIssue(Newsletter Newsletter, Issue Issue, MailTemplate Mail, MessageTemplate Template)
{
    /// <summary>
    /// The stored words are those that were approved: hashed anew, so that a row changed behind our back is not sent either.
    /// </summary>
    /// <param name="issue">Whose approval counts.</param>
    /// <param name="hashes">Variant and hash of all its renderings.</param>
    /// <param name="content">The one that is to go out, with its words.</param>
    public static bool IsApproved(Issue issue, IReadOnlyList<(string Variant, byte[] Sha256)> hashes, IssueContent content) =>
        issue.ApprovedHash is { } approved && ContentHash.IsWhole(content) && approved.AsSpan().SequenceEqual(ContentHash.Of(hashes));
}
