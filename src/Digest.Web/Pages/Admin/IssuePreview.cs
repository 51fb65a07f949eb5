using Digest.Data;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Admin;

/// <summary>An issue's frozen content to look at, with links for readers that do nothing.</summary>
internal static class IssuePreview
{
    // The document is the newsletter's, not ours: it runs no script and acts in nobody's name. Its links open elsewhere.
    private const string Policy =
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    public static void MapIssuePreview(this WebApplication app)
    {
        app.MapGet("/admin/issues/{id:long}/html", HtmlAsync).RequireAuthorization(AdminPages.Policy);
        app.MapGet("/admin/issues/{id:long}/text", TextAsync).RequireAuthorization(AdminPages.Policy);
    }

    private static async Task<IResult> HtmlAsync(
        long id, string? variant, HttpResponse response, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, variant, contexts, urls, cancellationToken) is not { } mail)
        {
            return Results.NotFound();
        }

        response.Headers.ContentSecurityPolicy = Policy;
        return Results.Content(
            mail.Html.Replace("<head>", """<head><base target="_blank">""", StringComparison.OrdinalIgnoreCase), "text/html; charset=utf-8");
    }

    private static async Task<IResult> TextAsync(
        long id, string? variant, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, CancellationToken cancellationToken) =>
        await ReadAsync(id, variant, contexts, urls, cancellationToken) is { } mail
            ? Results.Text(mail.Text, "text/plain; charset=utf-8")
            : Results.NotFound();

    private static async Task<RenderedMail?> ReadAsync(
        long id, string? variant, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var content = await database.IssueContents.AsNoTracking()
            .SingleOrDefaultAsync(c => c.IssueId == id && c.Variant == (variant ?? ""), cancellationToken);
        return content is null ? null : SlotValues.Inert(urls).Fill(RenderedMail.Of(content));
    }
}
