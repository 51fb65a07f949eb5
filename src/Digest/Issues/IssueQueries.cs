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

    public static IQueryable<Issue> OfWeek(this IQueryable<Issue> issues, long newsletterId, Week week) =>
        issues.Where(issue => issue.NewsletterId == newsletterId && issue.Week == week.Monday);
}
