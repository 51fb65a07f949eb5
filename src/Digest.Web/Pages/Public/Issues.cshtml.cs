using Digest.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>Every issue that went out.</summary>
public sealed class IssuesModel(IDbContextFactory<DigestDbContext> contexts) : PublicPageModel
{
    public IReadOnlyList<IssueLine> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromRoute] string newsletter, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(newsletter, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        var issues = await database.Issues.WentOut(found.Id).ToListAsync(cancellationToken);
        (Title, Newsletter) = ($"All issues · {found.Name}", found);
        Lines = [.. issues.Select(issue => IssueLine.Of(found, issue))];
        return Page();
    }
}
