using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>What a newsletter shows to somebody who does not read it yet.</summary>
public sealed record NewsletterFront(Newsletter Newsletter, IssueLine? Latest, SubscribeForm Form)
{
    internal static async Task<NewsletterFront> LoadAsync(DigestDbContext database, SubscribeForm form, CancellationToken cancellationToken)
    {
        var latest = await database.Issues.WentOut(form.Newsletter.Id).Lines(form.Newsletter).FirstOrDefaultAsync(cancellationToken);
        return new NewsletterFront(form.Newsletter, latest, form);
    }
}
