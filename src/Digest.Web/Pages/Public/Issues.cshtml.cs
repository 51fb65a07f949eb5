using System.Globalization;
using Digest.Data;
using Digest.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>Every issue that went out, a year at a time.</summary>
[SharedPage]
public sealed class IssuesModel(IDbContextFactory<DigestDbContext> contexts, PublicUrls urls) : PublicPageModel
{
    /// <summary>In which an issue went out, the latest first.</summary>
    public IReadOnlyList<int> Years { get; private set; } = [];

    /// <summary>The one that is shown.</summary>
    public int Year { get; private set; }

    public IReadOnlyList<IssueLine> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromRoute] string newsletter, [FromQuery] int? year, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(newsletter, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        var issues = database.Issues.WentOut(found.Id);
        Years = await issues.GroupBy(issue => issue.Week.Year).Select(year => year.Key).OrderByDescending(year => year).ToListAsync(cancellationToken);
        var latest = Years is [var first, ..] ? first : 0;
        Year = year ?? latest;
        if (year is not null && !Years.Contains(Year))
        {
            return NotFound();
        }

        Lines = await issues.Where(issue => issue.Week.Year == Year).Lines(found).ToListAsync(cancellationToken);
        (Title, Newsletter, Description) = ($"All issues · {found.Name}", found, $"Every issue of {found.Name}. {found.Tagline}");
        CanonicalUrl = urls.Issues(newsletter) + (Year == latest ? "" : string.Create(CultureInfo.InvariantCulture, $"?year={Year}"));
        Card = new PageCard($"All issues of {found.Name}", found.Language);
        StructuredData = Public.StructuredData.OfArchive(found, Lines, CanonicalUrl, urls);
        return Page();
    }
}
