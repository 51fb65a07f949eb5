using System.Globalization;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Public;

/// <summary>What the layout shows around every page for readers.</summary>
public abstract class PublicPageModel : PageModel
{
    public string Title { get; protected set; } = "Digest";

    /// <summary>One sentence for search engines, or none.</summary>
    public string? Description { get; protected set; }

    /// <summary>The address under which the page wants to be known, or none.</summary>
    public string? CanonicalUrl { get; protected set; }

    /// <summary>How the page shows where somebody passes on its address; none is by title and description alone.</summary>
    public PageCard? Card { get; protected set; }

    /// <summary>The page for machines, as JSON-LD; or none. A data block, which no browser runs and no policy for scripts bars.</summary>
    public string? StructuredData { get; protected set; }

    /// <summary>The form under an issue or a story, or none.</summary>
    public TakeForm? YourTake { get; protected set; }

    /// <summary>Whose page it is, or none where several or no newsletter is meant.</summary>
    public Newsletter? Newsletter { get; protected set; }

    /// <summary>Without this, Razor Pages would show a page that nothing was loaded for.</summary>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod is null)
        {
            context.Result = StatusCode(StatusCodes.Status405MethodNotAllowed);
        }
    }

    /// <summary>A day as readers of English pages write it, without the zone's help: 23 November 2026.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>An instant's day where the newsletter is.</summary>
    public static string Day(DateTimeOffset instant, Newsletter newsletter) =>
        Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, newsletter.Zone).DateTime));

    /// <summary>An instant for machines, in UTC.</summary>
    public static string Iso(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>"rtl" or "ltr", by the script of a BCP 47 language.</summary>
    public static string DirectionOf(string language) => Tongue.Of(language).Direction;
}

/// <param name="Title">Without the newsletter's name.</param>
/// <param name="Language">BCP 47, of what is told.</param>
/// <param name="PublishedAt">Of an issue or a story; none of any other page.</param>
/// <param name="ModifiedAt">When it last changed, a correction included.</param>
public sealed record PageCard(string Title, string Language, DateTimeOffset? PublishedAt = null, DateTimeOffset? ModifiedAt = null);
