using System.Globalization;
using Digest.Data;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>An issue as it was frozen, with no subscriber in it: the links to leave and to choose lead to the newsletter's page.</summary>
internal static class IssueArchive
{
    /// <summary>A mail's styles are inline and its pictures may be the publication's own; nothing in it runs or posts.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src https:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void MapIssueArchive(this WebApplication app) => app.MapGet("/{newsletter}/issues/{week}", ShowAsync);

    private static async Task<IResult> ShowAsync(
        string newsletter,
        string week,
        IDbContextFactory<DigestDbContext> contexts,
        PublicUrls urls,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(week, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var monday)
            || await FindAsync(contexts, newsletter, monday, cancellationToken) is not { } html)
        {
            return Results.NotFound();
        }

        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        var home = urls.Home(newsletter);
        return Results.Text(new SlotValues(UnsubscribeUrl: home, PreferencesUrl: home, ConfirmUrl: home).Fill(html), "text/html; charset=utf-8");
    }

    private static async Task<string?> FindAsync(
        IDbContextFactory<DigestDbContext> contexts, string slug, DateOnly week, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Newsletters.WithSlugAsync(slug, cancellationToken) is { } newsletter
            ? await database.Issues.WentOut(newsletter.Id)
                .Where(issue => issue.Week == week)
                .SelectMany(issue => issue.Contents)
                .Where(content => content.Variant == "")
                .Select(content => content.Html)
                .SingleOrDefaultAsync(cancellationToken)
            : null;
    }
}
