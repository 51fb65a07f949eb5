using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Digest.Subscribers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>A newsletter's own page. Whatever address is typed, the answer is the same (checklist H7).</summary>
[EnableRateLimiting(SignUpRateLimit.Name), SharedPage]
public sealed class SubscribeModel(
    IDbContextFactory<DigestDbContext> contexts, Subscribe subscribe, RequestOrigin origin, PublicUrls urls) : PublicPageModel
{
    public NewsletterFront? Front { get; private set; }

    public bool Asked { get; private set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] string newsletter, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindAsync(database, newsletter, cancellationToken) is { } found
            ? await ShowFormAsync(database, new SubscribeForm(found), cancellationToken)
            : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromRoute] string newsletter,
        [FromForm] string? address,
        [FromForm(Name = SubscribeForm.DecoyField)] string? decoy,
        CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, newsletter, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        try
        {
            if (string.IsNullOrEmpty(decoy))
            {
                var request = new SubscribeRequest(found.Id, address ?? "", "public page", origin.Of(HttpContext));
                await subscribe.RunAsync(request, cancellationToken);
            }
        }
        catch (RefusedException refused)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return await ShowFormAsync(database, new SubscribeForm(found, address, refused.Message), cancellationToken);
        }

        (Asked, Title) = (true, $"Check your inbox · {found.Name}");
        return Page();
    }

    private async Task<Newsletter?> FindAsync(DigestDbContext database, string slug, CancellationToken cancellationToken) =>
        Newsletter = await database.Newsletters.WithSlugAsync(slug, cancellationToken);

    private async Task<IActionResult> ShowFormAsync(DigestDbContext database, SubscribeForm form, CancellationToken cancellationToken)
    {
        (Title, Description, CanonicalUrl) = (form.Newsletter.Name, form.Newsletter.Tagline, urls.Home(form.Newsletter.Slug));
        Card = new PageCard(form.Newsletter.Name, form.Newsletter.Language);
        Front = await NewsletterFront.LoadAsync(database, form, cancellationToken);
        return Page();
    }
}
