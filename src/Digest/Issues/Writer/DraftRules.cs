using Digest.Settings;

namespace Digest.Issues.Writer;

/// <summary>When drafts may still become an issue's own words.</summary>
public static class DraftRules
{
    /// <exception cref="RefusedException">The issue is queued or withdrawn, so that its words stay as they are, or it has no story.</exception>
    internal static void RefuseOtherWords(this Issue issue)
    {
        if (!issue.MayHaveOtherWords())
        {
            throw new RefusedException(issue.State == IssueState.Skipped
                ? $"{issue.Title()} is skipped: there is no story to write about."
                : $"{issue.Title()} is {(issue.State == IssueState.Cancelled ? "cancelled" : "already queued")}; its words stay as they are.");
        }
    }

    public static bool MayHaveOtherWords(this Issue issue) =>
        issue.QueuedAt is null && issue.State is IssueState.Assembled or IssueState.Approved or IssueState.Missed;
}
