using Digest.Data;
using Digest.Feedback;
using Digest.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>
/// Takes what a reader says under an issue or a story, on POST; a link in a mail only makes the choice in the form, so that
/// scanners that open every link say nothing in anybody's name. Whatever is refused comes back as it was typed.
/// </summary>
[TokenPage]
public sealed class TakeModel(IDbContextFactory<DigestDbContext> contexts, TakeDesk desk, TakeRateLimit limit, TimeProvider time) : PublicPageModel
{
    public TakePlace About { get; private set; } = null!;

    public TakeForm Form { get; private set; } = null!;

    public bool IsThanked { get; private set; }

    public string BackUrl { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync([FromQuery] string? rating, CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
        {
            return NotFound();
        }

        Form = desk.NewForm(BackUrl) with { Rating = TakeForm.RatingOf(rating) };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
        {
            return NotFound();
        }

        var fields = TakeFields.Of(await Request.FormOrNoneAsync(cancellationToken));
        var place = RequestPlace.Of(HttpContext);
        if (!limit.Allows(place))
        {
            Response.Headers.RetryAfter = $"{TakeRateLimit.Window.TotalSeconds:0}";
            return ShowAgain(
                fields, StatusCodes.Status429TooManyRequests,
                "Many takes came from your network within the hour. Keep this page open and send it again a little later.");
        }

        try
        {
            await desk.TakeAsync(About.Subject, BackUrl, fields, place, cancellationToken);
            (IsThanked, Title) = (true, $"Thank you · {Newsletter!.Name}");
            return Page();
        }
        catch (RefusedException refused)
        {
            return ShowAgain(fields, StatusCodes.Status400BadRequest, refused.Message);
        }
    }

    private PageResult ShowAgain(TakeFields fields, int status, string problem)
    {
        Response.StatusCode = status;
        Form = fields.Again(desk.NewForm(BackUrl), problem);
        return Page();
    }

    /// <summary>By the path alone: bound, a field of the form would win over it, and a broken form would lose it.</summary>
    private async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        var (slug, kind, key) = (Routed("newsletter"), Routed("kind"), Routed("key"));
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(slug, cancellationToken) is not { } newsletter
            || await TakePlace.FindAsync(database, newsletter, kind, key, time.GetUtcNow(), cancellationToken) is not { } place)
        {
            return false;
        }

        (Newsletter, About, BackUrl, Title) = (newsletter, place, $"/{slug}/{kind}/{key}", $"Your take · {newsletter.Name}");
        return true;
    }

    private string Routed(string name) => (string)RouteData.Values[name]!;
}
