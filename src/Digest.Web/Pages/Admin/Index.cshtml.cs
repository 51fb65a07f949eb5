using Digest.Operators;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>Monday at 07:00: what is happening, is anything lost or doubled, what is there to do.</summary>
public sealed class IndexModel(Overview overview, IssueDesk desk, AlertBook alertBook, PausedIssues pausedIssues, Said said, ILogger<IndexModel> logger) : PageModel
{
    public IReadOnlyList<(string Slug, string Name)> Newsletters { get; private set; } = [];

    public Attention Attention { get; private set; } = Attention.None;

    /// <summary>None while there is no newsletter.</summary>
    public OverviewView? Shown { get; private set; }

    /// <summary>None before the first assembly.</summary>
    public IssueView? Issue { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? newsletter, string? state, int? p, CancellationToken cancellationToken)
    {
        Newsletters = await overview.NewslettersAsync(cancellationToken);
        var alerts = await alertBook.OpenAsync(cancellationToken);
        var told = alerts.Select(alert => alert.IssueId).ToHashSet();
        Attention = new Attention(alerts, [.. (await pausedIssues.ReadAsync(cancellationToken)).Where(paused => !told.Contains(paused.Id))]);
        var slug = newsletter ?? (Newsletters.Count > 0 ? Newsletters[0].Slug : null);
        if (slug is not null)
        {
            Shown = await overview.ReadAsync(slug, cancellationToken);
            if (Shown is null)
            {
                return NotFound();
            }
        }

        Issue = Shown?.LatestIssueId is { } id ? await desk.ReadAsync(id, QueueFilter.Read(null, state, p), cancellationToken) : null;
        return Page();
    }

    public async Task<IActionResult> OnPostClearAlertAsync(long alert, string? back, CancellationToken cancellationToken)
    {
        var wasOpen = await alertBook.ClearAsync(alert, cancellationToken);
        var operatorId = OperatorId.Of(User);
        Log.AlertCleared(logger, operatorId, alert);
        return LocalRedirect(wasOpen
            ? said.Done(AdminPath.Local(back), "The alert is cleared. It comes back if its cause does.")
            : said.Refused(AdminPath.Local(back), "The alert was cleared already."));
    }
}
