using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>How issues and their stories are read, the same everywhere.</summary>
public static class IssueQueries
{
    /// <summary>With its contents, and its stories in order, each with its sources in order.</summary>
    public static IQueryable<Issue> Whole(this IQueryable<Issue> issues) => issues
        .Include(issue => issue.Contents)
        .Include(issue => issue.Stories.OrderBy(place => place.Position))
        .ThenInclude(place => place.Story!)
        .ThenInclude(story => story.Sources.OrderBy(source => source.Position))
        .AsSplitQuery()
        .AsNoTracking();

    public static IQueryable<Issue> OfWeek(this IQueryable<Issue> issues, long newsletterId, Week week) =>
        issues.Where(issue => issue.NewsletterId == newsletterId && issue.Week == week.Monday);

    /// <summary>What an issue may draw on: the newsletter's stories published in the half-open window.</summary>
    public static IQueryable<Story> InWindow(this IQueryable<Story> stories, Issue issue) => stories.Where(story =>
        story.NewsletterId == issue.NewsletterId && story.PublishedAt >= issue.WindowStart && story.PublishedAt < issue.WindowEnd);
}
