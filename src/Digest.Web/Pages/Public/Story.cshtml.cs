using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>One published story, with everything it weighs.</summary>
[StoryPage]
public sealed class StoryModel(IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, TimeProvider time) : PublicPageModel
{
    public Story Story { get; private set; } = null!;

    public string Language => Story.Language ?? Newsletter!.Language;

    /// <summary>Its tables scroll by themselves on a narrow screen, by keyboard too (WCAG 2.1.1).</summary>
    public string Body => Story.BodyHtml
        .Replace("<table>", """<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>""", StringComparison.Ordinal)
        .Replace("</table>", "</table></div>", StringComparison.Ordinal);

    public Spread Spread => Spread.Of(Story.Sources, Newsletter!.Vocabulary);

    /// <summary>The day of publication in the newsletter's zone.</summary>
    public string PublishedDay => Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Story.PublishedAt, Newsletter!.Zone).DateTime));

    public async Task<IActionResult> OnGetAsync([FromRoute] string newsletter, [FromRoute] string story, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        Newsletter = await database.Newsletters.WithSlugAsync(newsletter, cancellationToken);
        var found = Newsletter is null ? null : await database.Stories.AsNoTracking()
            .Include(candidate => candidate.Sources.OrderBy(source => source.Position))
            .SingleOrDefaultAsync(
                candidate => candidate.NewsletterId == Newsletter.Id && candidate.Slug == story && candidate.PublishedAt <= now, cancellationToken);
        if (found is null)
        {
            return NotFound();
        }

        Story = found;
        Title = $"{found.Title} · {Newsletter!.Name}";
        Description = StoryMarkdown.InlineText(found.Standfirst);
        CanonicalUrl = found.CanonicalUrl ?? urls.Story(newsletter, story);
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
public sealed record Points(string Language, string Heading, IReadOnlyList<string> Each);
