using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>What readers may see.</summary>
internal static class PublicQueries
{
    /// <summary>
    /// Of an issue <c>i</c>: it goes or went out. A pause does not take back what readers already have, nor does a cancelling: once
    /// one server accepted it, a mail is out there whose links lead here.
    /// </summary>
    public const string WentOutSql =
        $"(i.state in ('sending', 'paused', 'sent') or (i.state = 'cancelled' and i.queued_at is not null and {IssueAccepted.Sql}))";

    public static Task<Newsletter?> WithSlugAsync(this IQueryable<Newsletter> newsletters, string slug, CancellationToken cancellationToken) =>
        newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Slug == slug, cancellationToken);

    /// <summary>Issues that go or went out, the latest first.</summary>
    public static IQueryable<Issue> WentOut(this DbSet<Issue> issues, long newsletterId) => issues
        .FromSqlRaw($"select i.* from digest.issues i where {WentOutSql}")
        .AsNoTracking()
        .Where(issue => issue.NewsletterId == newsletterId)
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
