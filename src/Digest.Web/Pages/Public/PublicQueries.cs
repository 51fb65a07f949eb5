using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
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

    /// <summary>Stories that are out, the latest first. One that an editor dropped is not shown any more.</summary>
    public static IQueryable<Story> Published(this IQueryable<Story> stories, long newsletterId, DateTimeOffset now) => stories
        .AsNoTracking()
        .Where(story => story.NewsletterId == newsletterId && story.PublishedAt <= now && story.DroppedAt == null)
        .OrderByDescending(story => story.PublishedAt);

    /// <summary>When what readers see of it last changed: its text, or by a correction; never before it was out.</summary>
    public static DateTimeOffset ChangedAt(this Story story) =>
        story.Corrections.Select(correction => correction.At).Append(story.UpdatedAt).Append(story.PublishedAt).Max();
}
