using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>What a newsletter shows to somebody who does not read it yet.</summary>
public sealed record NewsletterFront(Newsletter Newsletter, IssueLine? Latest, SubscribeForm Form)
{
    internal static async Task<NewsletterFront> LoadAsync(DigestDbContext database, SubscribeForm form, CancellationToken cancellationToken)
    {
        var latest = await database.Issues.WentOut(form.Newsletter.Id).FirstOrDefaultAsync(cancellationToken);
        return new NewsletterFront(form.Newsletter, latest is null ? null : IssueLine.Of(form.Newsletter, latest), form);
    }
}

/// <summary>An issue in a list.</summary>
public sealed record IssueLine(Newsletter Newsletter, DateOnly Week, string Subject)
{
    /// <summary>As in the issue's address.</summary>
    public string WeekKey => Week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static IssueLine Of(Newsletter newsletter, Issue issue) => new(newsletter, issue.Week, issue.Subject);
}
