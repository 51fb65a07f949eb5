using Digest.Data;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>One published story, with everything it weighs and every correction of it.</summary>
[StoryPage, SharedPage]
public sealed class StoryModel(IDbContextFactory<DigestDbContext> contexts, TakeDesk desk, PublicUrls urls, TimeProvider time) : PublicPageModel
{
    public Story Story { get; private set; } = null!;

    /// <summary>Mondays of the issues that it went out in, the latest first; more than one where it was carried again.</summary>
    public IReadOnlyList<DateOnly> Weeks { get; private set; } = [];

    public string Language => Story.Language ?? Newsletter!.Language;

    /// <summary>Its tables scroll by themselves on a narrow screen, by keyboard too (WCAG 2.1.1).</summary>
    public string Body => Story.BodyHtml
        .Replace("<table>", """<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>""", StringComparison.Ordinal)
        .Replace("</table>", "</table></div>", StringComparison.Ordinal);

    /// <summary>Where it was published, when that was elsewhere, such as in a feed.</summary>
    public Uri? Original { get; private set; }

    public SpreadMeter Spread => new(Newsletter!, Digest.Stories.Spread.Of(Story.Sources, Newsletter!.Vocabulary));

    public CorrectionsView Corrections => CorrectionsView.Of(Newsletter!, Story);

    /// <summary>How long the whole story takes to read.</summary>
    public int Minutes => ReadingTime.Of(Story);

    public async Task<IActionResult> OnGetAsync([FromRoute] string newsletter, [FromRoute] string story, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        Newsletter = await database.Newsletters.WithSlugAsync(newsletter, cancellationToken);
        var found = Newsletter is null ? null : await database.Stories.Published(Newsletter.Id, time.GetUtcNow())
            .Where(candidate => candidate.Slug == story)
            .Include(candidate => candidate.Sources.OrderBy(source => source.Position))
            .Include(candidate => candidate.Corrections)
            .AsSplitQuery()
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return NotFound();
        }

        Story = found;
        Weeks = await database.Issues.WentOut(Newsletter!.Id).Where(issue => issue.Stories.Any(place => place.StoryId == found.Id))
            .Select(issue => issue.Week).ToListAsync(cancellationToken);
        Title = $"{found.Title} · {Newsletter.Name}";
        Description = StoryMarkdown.InlineText(found.Standfirst);
        CanonicalUrl = found.CanonicalUrl ?? urls.Story(newsletter, story);
        Original = CanonicalUrl == urls.Story(newsletter, story) ? null : new Uri(CanonicalUrl);
        Card = new PageCard(found.Title, Language, found.PublishedAt, found.ChangedAt());
        StructuredData = Public.StructuredData.Of(Newsletter, found, CanonicalUrl, urls);
        YourTake = desk.NewForm($"/{newsletter}/stories/{story}");
        return Page();
    }

    /// <summary>Lens and stance as the newsletter calls them.</summary>
    public string LabelsOf(StorySource source) => string.Join(" · ", new[]
    {
        LabelOf(Newsletter!.Vocabulary.Lenses, source.Lens),
        LabelOf(Newsletter.Vocabulary.Stances, source.Stance),
    }.OfType<string>());

    /// <summary>A term that the newsletter no longer knows is not shown.</summary>
    private static string? LabelOf(IReadOnlyList<Term> terms, string? key) => terms.FirstOrDefault(term => term.Key == key)?.Label;
}

/// <summary>A heading of the newsletter's over points in the story's inline Markdown.</summary>
/// <param name="Language">Of the heading.</param>
/// <param name="Heading">The newsletter's.</param>
/// <param name="Each">The points.</param>
/// <param name="Kind">Class of the section, or none.</param>
public sealed record Points(string Language, string Heading, IReadOnlyList<string> Each, string? Kind = null);
