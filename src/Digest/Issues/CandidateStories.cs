using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Issues;

/// <summary>What an issue may draw on, by the rule of <see cref="Candidates"/>.</summary>
public static class CandidateStories
{
    public static IQueryable<Story> CandidatesOf(this DigestDbContext database, Newsletter newsletter, Issue issue) =>
        Candidates.Of(database, newsletter, new IssueReach(issue.Id, issue.Week, issue.WindowStart, issue.WindowEnd));
}
