using System.Globalization;
using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
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

    public static void MapIssueArchive(this WebApplication app) => app
        .MapMethods("/{newsletter}/issues/{week}/mail", SharedFile.Methods, ShowAsync)
        .WithMetadata(new SharedPageAttribute());

    /// <returns>None for what readers cannot see, and for words that are no longer those that were approved and mailed.</returns>
    public static async Task<(Issue Issue, IssueContent Content)?> FindAsync(
        DigestDbContext database, Newsletter newsletter, string week, CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(week, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var monday))
        {
            return null;
        }

        var issue = await database.Issues.WentOut(newsletter.Id).Where(candidate => candidate.Week == monday)
            .Include(candidate => candidate.Contents.OrderBy(content => content.Variant)).SingleOrDefaultAsync(cancellationToken);
        // The whole issue comes first, whatever variants there are.
        return issue is { Contents: [{ Variant: "" } content, ..] } && FrozenIssue.IsApproved(issue, [.. issue.Contents.Select(frozen => (frozen.Variant, frozen.Sha256))], content) ? (issue, content) : null;
    }

    /// <summary>With the one page for all in place of each reader's own.</summary>
    public static RenderedMail ForEverybody(IssueContent content, string home) =>
        new SlotValues(UnsubscribeUrl: home, PreferencesUrl: home, ConfirmUrl: home).Fill(RenderedMail.Of(content));

    private static async Task<IResult> ShowAsync(
        string newsletter,
        string week,
        IDbContextFactory<DigestDbContext> contexts,
        PublicUrls urls,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(newsletter, cancellationToken) is not { } sender
            || await FindAsync(database, sender, week, cancellationToken) is not var (issue, content))
        {
            return Results.NotFound();
        }

        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        // The page around it is what search engines should know.
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.Link = $"<{urls.Issue(newsletter, issue.Week)}>; rel=\"canonical\"";
        return SharedFile.Answer(response, ForEverybody(content, urls.Home(newsletter)).Html, "text/html; charset=utf-8");
    }
}
