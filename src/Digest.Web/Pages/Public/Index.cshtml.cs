using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>The front door: the one newsletter, or a list of them.</summary>
[SharedPage]
public sealed class IndexModel(IDbContextFactory<DigestDbContext> contexts, PublicUrls urls) : PublicPageModel
{
    public NewsletterFront? Front { get; private set; }

    public IReadOnlyList<Newsletter> All { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        All = await database.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Name).ToListAsync(cancellationToken);
        (Title, CanonicalUrl) = ("Newsletters", urls.Root);
        if (All is [var only])
        {
            (Title, Description, Newsletter, CanonicalUrl) = (only.Name, only.Tagline, only, urls.Home(only.Slug));
            Card = new PageCard(only.Name, only.Language);
            Front = await NewsletterFront.LoadAsync(database, new SubscribeForm(only), cancellationToken);
        }
    }
}
