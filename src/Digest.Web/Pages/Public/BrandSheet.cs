using System.Text;
using System.Text.RegularExpressions;
using Digest.Data;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>A newsletter's colours as a style sheet of its own, so that no page needs inline styles.</summary>
internal static partial class BrandSheet
{
    public static void MapBrandSheet(this WebApplication app) => app.MapMethods("/{newsletter}/brand.css", SharedFile.Methods, ShowAsync);

    /// <summary>Its address names the colours, so that browsers keep it until they change.</summary>
    public static string UrlOf(Newsletter newsletter) => $"/{newsletter.Slug}/brand.css?v={VersionOf(newsletter.Brand)}";

    private static async Task<IResult> ShowAsync(
        string newsletter, string? v, IDbContextFactory<DigestDbContext> contexts, HttpResponse response, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(newsletter, cancellationToken) is not { } found)
        {
            return Results.NotFound();
        }

        response.Headers.CacheControl = v == VersionOf(found.Brand) ? PublicSheet.Forever : "public, max-age=300";
        return Results.Text(Sheet(found.Brand), "text/css; charset=utf-8");
    }

    private static string VersionOf(Brand brand) => PublicSheet.VersionOf(Encoding.UTF8.GetBytes(Sheet(brand)));

    /// <summary>Colours are checked when a newsletter is applied; here once more, as a row may have been written by hand.</summary>
    private static string Sheet(Brand brand) => Colour().IsMatch(brand.Accent) && Colour().IsMatch(brand.AccentDark)
        ? $$"""
            :root { --accent: {{brand.Accent}}; }
            @media (prefers-color-scheme: dark) { :root { --accent: {{brand.AccentDark}}; } }

            """
        : "";

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex Colour();
}
