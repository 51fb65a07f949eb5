using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>How issues and their stories are read, the same everywhere.</summary>
public static class IssueQueries
{
    /// <summary>With its contents, and its stories in order, each with its sources in order.</summary>
    public static IQueryable<Issue> Whole(this IQueryable<Issue> issues) => issues
        .Include(issue => issue.Contents.OrderBy(content => content.Variant))
        .Include(issue => issue.Stories.OrderBy(place => place.Position))
        .ThenInclude(place => place.Story!)
        .ThenInclude(story => story.Sources.OrderBy(source => source.Position))
        .AsSplitQuery()
        .AsNoTracking();

    /// <summary>Variant and hash of each rendering, without its words: what <c>ContentHash.Of</c> is made from.</summary>
    public static async Task<IReadOnlyList<(string Variant, byte[] Sha256)>> HashesAsync(
        this IQueryable<IssueContent> contents, long issueId, CancellationToken cancellationToken)
    {
        var rows = await contents.Where(content => content.IssueId == issueId).Select(content => new { content.Variant, content.Sha256 })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => (row.Variant, row.Sha256));
    }

    public static IQueryable<Issue> OfWeek(this IQueryable<Issue> issues, long newsletterId, Week week) =>
        issues.Where(issue => issue.NewsletterId == newsletterId && issue.Week == week.Monday);
}
