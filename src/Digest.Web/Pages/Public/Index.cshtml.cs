using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>The front door: the one newsletter, or a list of them.</summary>
public sealed class IndexModel(IDbContextFactory<DigestDbContext> contexts) : PublicPageModel
{
    public NewsletterFront? Front { get; private set; }

    public IReadOnlyList<Newsletter> All { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        All = await database.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Name).ToListAsync(cancellationToken);
        Title = "Newsletters";
        if (All is [var only])
        {
            (Title, Description, Newsletter) = (only.Name, only.Tagline, only);
            Front = await NewsletterFront.LoadAsync(database, new SubscribeForm(only), cancellationToken);
        }
    }
}
