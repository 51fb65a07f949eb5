using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>The progress alone, for the script that refreshes it.</summary>
public sealed class ProgressModel(IssueDesk desk) : PageModel
{
    public ProgressView? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        Shown = await desk.ReadProgressAsync(id, cancellationToken);
        return Shown is null ? NotFound() : Page();
    }
}
