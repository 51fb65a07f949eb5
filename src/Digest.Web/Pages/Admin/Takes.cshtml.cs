using System.Globalization;
using Digest.Data;
using Digest.Feedback;
using Digest.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <summary>What readers said, for the editor: counted by issue and story, and each of them to read.</summary>
public sealed class TakesModel(
    IDbContextFactory<DigestDbContext> contexts, TakeBook takes, Said said, ILogger<TakesModel> logger) : PageModel
{
    private const int PageSize = 25;

    private const int MostCounts = 30;

    /// <summary>Set for every page that is shown.</summary>
    public Newsletter? Newsletter { get; private set; }

    public IReadOnlyList<TakeCount> Counts { get; private set; } = [];

    public IReadOnlyList<TakeLine> Lines { get; private set; } = [];

    public long? IssueId { get; private set; }

    public long? StoryId { get; private set; }

    public bool IsUnseen { get; private set; }

    /// <summary>From 1.</summary>
    public int PageNumber { get; private set; }

    public int Total { get; private set; }

    public int Pages => Math.Max(1, (Total + PageSize - 1) / PageSize);

    public string Heading => Lines is [var line, ..] && (IssueId ?? StoryId) is not null
        ? line.Week is { } week ? $"Said under the issue of {Instants.Day(week)}" : $"Said under “{line.StoryTitle}”"
        : "What readers said";

    /// <summary>This page, to come back to.</summary>
    public string Here => Address(IssueId, StoryId, IsUnseen, PageNumber);

    public async Task<IActionResult> OnGetAsync(
        string newsletter, long? issue, long? story, bool unseen, int? p, CancellationToken cancellationToken)
    {
        if (await FindAsync(newsletter, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        (Newsletter, IssueId, StoryId, IsUnseen) = (found, issue, story, unseen);
        var filter = new TakeFilter(found.Id, issue, story, unseen);
        Total = await takes.CountAsync(filter, cancellationToken);
        PageNumber = Math.Clamp(p ?? 1, 1, Pages);
        Lines = await takes.ReadAsync(filter, (PageNumber - 1) * PageSize, PageSize, cancellationToken);
        Counts = await takes.CountsAsync(found.Id, MostCounts, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostSeeAsync(string newsletter, long[] take, string? back, CancellationToken cancellationToken)
    {
        if (await FindAsync(newsletter, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        var count = await takes.SeeAsync(found.Id, take, cancellationToken);
        var operatorId = OperatorId.Of(User);
        Log.TakesSeen(logger, operatorId, count);
        return LocalRedirect(count > 0
            ? said.Done(AdminPath.Local(back), count == 1 ? "One take is marked as seen." : $"{count} takes are marked as seen.")
            : said.Refused(AdminPath.Local(back), "They were seen already."));
    }

    public string Address(long? issue = null, long? story = null, bool unseen = false, int page = 1)
    {
        var query = new Dictionary<string, string?>();
        Add("issue", issue?.ToString(CultureInfo.InvariantCulture));
        Add("story", story?.ToString(CultureInfo.InvariantCulture));
        Add("unseen", unseen ? "true" : null);
        Add("p", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null);
        return QueryHelpers.AddQueryString($"/admin/{Newsletter!.Slug}/takes", query);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                query.Add(name, value);
            }
        }
    }

    private async Task<Newsletter?> FindAsync(string slug, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Newsletters.AsNoTracking().SingleOrDefaultAsync(n => n.Slug == slug, cancellationToken);
    }
}
