using Digest.Data;
using Digest.Issues;
using Digest.Issues.Writer;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <param name="IssueId">Whose.</param>
/// <param name="Drafts">The introductions first, each kind as it was written.</param>
/// <param name="Titles">Of the cited stories that are still in the issue, by slug.</param>
/// <param name="Newsletter">Slug of the newsletter, for the stories' pages.</param>
/// <param name="MayDecide">The issue's words may still change.</param>
public sealed record DraftsView(
    long IssueId, IReadOnlyList<IssueDraft> Drafts, IReadOnlyDictionary<string, string> Titles, string Newsletter, bool MayDecide);

/// <summary>The drafts of an issue beside it; nothing where there is none.</summary>
public sealed class Drafts(IDbContextFactory<DigestDbContext> contexts) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(Issue issue, string newsletter)
    {
        await using var database = await contexts.CreateDbContextAsync(HttpContext.RequestAborted);
        var drafts = await database.IssueDrafts.AsNoTracking().Where(draft => draft.IssueId == issue.Id).ToListAsync(HttpContext.RequestAborted);
        if (drafts.Count == 0)
        {
            return Content("");
        }

        var titles = await database.IssueStories.Where(place => place.IssueId == issue.Id)
            .Select(place => new { place.Story!.Slug, place.Story.Title })
            .ToDictionaryAsync(story => story.Slug, story => story.Title, HttpContext.RequestAborted);
        return View("/Pages/Admin/_Drafts.cshtml", new DraftsView(
            issue.Id, [.. drafts.OrderBy(draft => draft.Kind).ThenBy(draft => draft.Id)], titles, newsletter, issue.MayHaveOtherWords()));
    }
}
