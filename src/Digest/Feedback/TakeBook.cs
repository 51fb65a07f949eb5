using Digest.Data;
using Microsoft.EntityFrameworkCore;

namespace Digest.Feedback;

/// <summary>Which takes are meant.</summary>
/// <param name="NewsletterId">Whose.</param>
/// <param name="IssueId">Only under this issue.</param>
/// <param name="StoryId">Only under this story.</param>
/// <param name="IsUnseen">Only those that no editor has seen.</param>
/// <param name="WithItsStories">Also under the stories of that issue.</param>
public sealed record TakeFilter(long NewsletterId, long? IssueId = null, long? StoryId = null, bool IsUnseen = false, bool WithItsStories = false);

/// <param name="Take">What was said.</param>
/// <param name="Week">Of the issue under which it was said, or none.</param>
/// <param name="StorySlug">Of the story under which it was said, or none.</param>
/// <param name="StoryTitle">The same story's.</param>
public sealed record TakeLine(Take Take, DateOnly? Week, string? StorySlug, string? StoryTitle);

/// <summary>What readers said under one issue or one story. Counted when it is asked for.</summary>
/// <param name="IssueId">The issue; both it and the story are none for what has been deleted since.</param>
/// <param name="StoryId">The story.</param>
/// <param name="Week">Of the issue.</param>
/// <param name="StoryTitle">Of the story.</param>
/// <param name="Good">Ratings.</param>
/// <param name="Fair">Ratings.</param>
/// <param name="Poor">Ratings.</param>
/// <param name="Written">Takes with words.</param>
public sealed record TakeCount(
    long? IssueId, long? StoryId, DateOnly? Week, string? StoryTitle, int Good, int Fair, int Poor, int Written);

/// <summary>What readers said, for the editor.</summary>
public sealed class TakeBook(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <summary>The newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="skip">How many to leave out before.</param>
    /// <param name="most">How many at most; none is all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<TakeLine>> ReadAsync(TakeFilter filter, int skip, int? most, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var takes = Matching(database, filter).OrderByDescending(take => take.CreatedAt).ThenByDescending(take => take.Id).Skip(skip);
        var rows = await (
            from take in most is { } limit ? takes.Take(limit) : takes
            join issue in database.Issues on take.IssueId equals issue.Id into issues
            from issue in issues.DefaultIfEmpty()
            join story in database.Stories on take.StoryId equals story.Id into stories
            from story in stories.DefaultIfEmpty()
            orderby take.CreatedAt descending, take.Id descending
            select new { take, Week = (DateOnly?)issue.Week, Slug = (string?)story.Slug, Title = (string?)story.Title }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TakeLine(row.take, row.Week, row.Slug, row.Title));
    }

    public async Task<int> CountAsync(TakeFilter filter, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await Matching(database, filter).CountAsync(cancellationToken);
    }

    /// <summary>A line for each issue and each story that something was said under, the one spoken of last first.</summary>
    public async Task<IReadOnlyList<TakeCount>> CountsAsync(long newsletterId, int most, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await database.Takes.Where(take => take.NewsletterId == newsletterId)
            .GroupBy(take => new { take.IssueId, take.StoryId })
            .Select(group => new
            {
                group.Key.IssueId,
                group.Key.StoryId,
                Good = group.Count(take => take.Rating == TakeRating.Good),
                Fair = group.Count(take => take.Rating == TakeRating.Fair),
                Poor = group.Count(take => take.Rating == TakeRating.Poor),
                Written = group.Count(take => take.Text != ""),
                Last = group.Max(take => take.CreatedAt),
            })
            .OrderByDescending(row => row.Last)
            .Take(most)
            .ToListAsync(cancellationToken);
        var (issueIds, storyIds) = (rows.Select(row => row.IssueId).ToList(), rows.Select(row => row.StoryId).ToList());
        var weeks = await database.Issues.Where(issue => issueIds.Contains(issue.Id))
            .ToDictionaryAsync(issue => issue.Id, issue => issue.Week, cancellationToken);
        var titles = await database.Stories.Where(story => storyIds.Contains(story.Id))
            .Select(story => new { story.Id, story.Title }).ToDictionaryAsync(story => story.Id, story => story.Title, cancellationToken);
        return rows.ConvertAll(row => new TakeCount(
            row.IssueId, row.StoryId,
            row.IssueId is { } issue ? weeks[issue] : null,
            row.StoryId is { } story ? titles[story] : null,
            row.Good, row.Fair, row.Poor, row.Written));
    }

    /// <summary>Marks these as seen; one that was seen already keeps its instant.</summary>
    /// <returns>How many were not seen before.</returns>
    public async Task<int> SeeAsync(long newsletterId, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await Matching(database, new TakeFilter(newsletterId, IsUnseen: true)).Where(take => ids.Contains(take.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(take => take.SeenAt, now), cancellationToken);
    }

    private static IQueryable<Take> Matching(DigestDbContext database, TakeFilter filter) => database.Takes.AsNoTracking().Where(take =>
        take.NewsletterId == filter.NewsletterId
        && (filter.IssueId == null || take.IssueId == filter.IssueId
            || (filter.WithItsStories && database.IssueStories.Any(place => place.IssueId == filter.IssueId && place.StoryId == take.StoryId)))
        && (filter.StoryId == null || take.StoryId == filter.StoryId)
        && (!filter.IsUnseen || take.SeenAt == null));
}
