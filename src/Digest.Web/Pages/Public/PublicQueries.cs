using Digest.Issues;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>What readers may see.</summary>
internal static class PublicQueries
{
    public static Task<Newsletter?> WithSlugAsync(this IQueryable<Newsletter> newsletters, string slug, CancellationToken cancellationToken) =>
        newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Slug == slug, cancellationToken);

    /// <summary>Issues that go or went out, the latest first; a pause does not take back what readers already have.</summary>
    public static IQueryable<Issue> WentOut(this IQueryable<Issue> issues, long newsletterId) => issues
        .AsNoTracking()
        .Where(issue => issue.NewsletterId == newsletterId
            && (issue.State == IssueState.Sending || issue.State == IssueState.Paused || issue.State == IssueState.Sent))
        .OrderByDescending(issue => issue.Week);
}
