using System.Globalization;
using System.Xml.Linq;
using Digest.Newsletters;
using Npgsql;

namespace Digest.Web.Pages.Public;

/// <summary>Every address that search engines should know, of all newsletters (sitemaps.org); and what they should leave alone.</summary>
internal static class Sitemap
{
    /// <summary>No file may name more.</summary>
    public const int MostUrls = 50_000;

    private static readonly XNamespace Names = "http://www.sitemaps.org/schemas/sitemap/0.9";

    /// <summary>
    /// Each page once, in an order that new pages do not change but at the end of their kind: newsletters, their archives, issues
    /// that went out, and stories that are out, but for those whose own address is elsewhere. Changed is what a reader would see.
    /// </summary>
    private const string Pages = $"""
        select 1 as kind, n.id as row, n.slug as newsletter, '' as page, coalesce(max(i.queued_at), n.created_at) as changed
        from digest.newsletters n
        left join digest.issues i on i.newsletter_id = n.id and {PublicQueries.WentOutSql}
        group by n.id
        union all
        select 2, n.id, n.slug, '/issues', max(coalesce(i.queued_at, i.due_at))
        from digest.newsletters n
        join digest.issues i on i.newsletter_id = n.id and {PublicQueries.WentOutSql}
        group by n.id
        union all
        select 3, i.id, n.slug, '/issues/' || to_char(i.week, 'YYYY-MM-DD'),
               greatest(coalesce(i.queued_at, i.due_at), max(c.at))
        from digest.issues i
        join digest.newsletters n on n.id = i.newsletter_id
        left join digest.issue_stories p on p.issue_id = i.id
        left join digest.story_corrections c on c.story_id = p.story_id
        where {PublicQueries.WentOutSql}
        group by i.id, n.slug
        union all
        select 4, s.id, n.slug, '/stories/' || s.slug, greatest(s.published_at, s.updated_at, max(c.at))
        from digest.stories s
        join digest.newsletters n on n.id = s.newsletter_id
        left join digest.story_corrections c on c.story_id = s.id
        where s.published_at <= $1 and s.dropped_at is null and s.canonical_url is null
        group by s.id, n.slug
        """;

    public static void MapSitemap(this WebApplication app)
    {
        app.MapMethods("/sitemap.xml", SharedFile.Methods, FirstAsync).WithMetadata(new SharedPageAttribute());
        app.MapMethods("/sitemap-{part:int:min(1)}.xml", SharedFile.Methods, PartAsync).WithMetadata(new SharedPageAttribute());
        app.MapMethods("/robots.txt", SharedFile.Methods, Robots).WithMetadata(new SharedPageAttribute());
    }

    /// <summary>All of it, or the list of its parts when it is more than one file may hold.</summary>
    private static async Task<IResult> FirstAsync(
        NpgsqlDataSource dataSource, PublicUrls urls, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select count(*) from ({Pages}) pages");
        command.Parameters.Add(new NpgsqlParameter { Value = time.GetUtcNow() });
        var count = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return count <= MostUrls
            ? await PartAsync(1, dataSource, urls, time, response, cancellationToken)
            : Answer(response, new XElement(Names + "sitemapindex", Enumerable.Range(1, (int)((count + MostUrls - 1) / MostUrls))
                .Select(part => new XElement(Names + "sitemap", new XElement(Names + "loc", urls.Sitemap(part))))));
    }

    private static async Task<IResult> PartAsync(
        int part, NpgsqlDataSource dataSource, PublicUrls urls, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"select newsletter, page, changed from ({Pages}) pages order by kind, row limit {MostUrls} offset $2");
        command.Parameters.Add(new NpgsqlParameter { Value = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter { Value = (part - 1L) * MostUrls });
        var set = new XElement(Names + "urlset");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            set.Add(new XElement(
                Names + "url",
                new XElement(Names + "loc", urls.Home(reader.GetString(0)) + reader.GetString(1)),
                new XElement(Names + "lastmod", PublicPageModel.Iso(reader.GetFieldValue<DateTimeOffset>(2)))));
        }

        return set.HasElements || part == 1 ? Answer(response, set) : Results.NotFound();
    }

    private static IResult Robots(PublicUrls urls, HttpResponse response) => SharedFile.Answer(
        response,
        string.Create(CultureInfo.InvariantCulture, $"""
            User-agent: *
            Disallow: /admin
            Disallow: /confirm/
            Disallow: /u/
            Disallow: /preferences/
            Disallow: /*/take

            Sitemap: {urls.Sitemap()}

            """),
        "text/plain; charset=utf-8");

    private static IResult Answer(HttpResponse response, XElement root) => SharedFile.Answer(
        response, $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{root.ToString(SaveOptions.DisableFormatting)}\n", "application/xml; charset=utf-8");
}
