using System.Net;
using System.Xml.Linq;
using Digest.Issues;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class SitemapTests : IAsyncLifetime
{
    private static readonly XNamespace Names = "http://www.sitemaps.org/schemas/sitemap/0.9";

    private PublicSite site = null!;

    public async ValueTask InitializeAsync() => site = await PublicSite.StartAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task It_names_every_page_of_every_newsletter_with_its_last_change_and_nothing_else()
    {
        await site.Database.NewsletterAsync("other");
        var story = await site.AddAsync(PublicContent.WholeStory());
        await site.IssueOfAsync(PublicContent.Monday, story);
        await site.CorrectAsync(story, "There were two.", PublicSite.Start.AddHours(-1));
        await site.AddAsync(Seed.NewStory("tomorrow", PublicSite.Start.AddDays(1)));
        await site.Database.IssueAsync(site.Newsletter.Id, PublicContent.Monday.Next, PublicSite.Start, IssueState.Approved);

        var map = await MapAsync("/sitemap.xml");

        map.Name.ShouldBe(Names + "urlset");
        map.Elements(Names + "url").Select(url => (url.Element(Names + "loc")!.Value, url.Element(Names + "lastmod")!.Value)).ShouldBe(
        [
            ($"{site.Url}signal", "2026-11-23T08:00:00Z"),
            ($"{site.Url}other", "2026-01-01T00:00:00Z"),
            ($"{site.Url}signal/issues", "2026-11-23T08:00:00Z"),
            ($"{site.Url}signal/issues/2026-11-23", "2026-11-24T07:00:00Z"),
            ($"{site.Url}signal/stories/keys", "2026-11-24T07:00:00Z"),
        ]);
    }

    [Fact]
    public async Task More_than_fifty_thousand_addresses_are_split()
    {
        await site.AddAsync(PublicContent.WholeStory());
        // With the newsletter's own page and the story copied: one more than fits.
        await site.Database.ExecuteAsync("""
            insert into digest.stories (newsletter_id, slug, title, standfirst, body, body_html, topics, holds, scrutiny, watch, key_points,
                disagreements, further_reading, weight, published_at, origin, content_hash, created_at, updated_at)
            select newsletter_id, slug || '-' || copy, title, standfirst, body, body_html, topics, holds, scrutiny, watch, key_points,
                disagreements, further_reading, weight, published_at, origin, content_hash, created_at, updated_at
            from digest.stories, generate_series(1, 49999) copy
            """);

        var index = await MapAsync("/sitemap.xml");

        index.Name.ShouldBe(Names + "sitemapindex");
        index.Descendants(Names + "loc").Select(part => part.Value).ShouldBe([$"{site.Url}sitemap-1.xml", $"{site.Url}sitemap-2.xml"]);
        var first = await MapAsync("/sitemap-1.xml");
        var second = await MapAsync("/sitemap-2.xml");
        first.Elements().Count().ShouldBe(50_000);
        second.Elements().Count().ShouldBe(1);
        first.Descendants(Names + "loc").Concat(second.Descendants(Names + "loc")).Select(url => url.Value).Distinct().Count().ShouldBe(50_001);
        (await site.GetAsync("/sitemap-3.xml")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.GetAsync("/sitemap-0.xml")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Robots_are_kept_from_links_that_act_and_from_the_operators_pages()
    {
        var robots = await site.GetAsync("/robots.txt");

        robots.Headers["Content-Type"].ShouldBe("text/plain; charset=utf-8");
        robots.Text.Split('\n').ShouldBe(
        [
            "User-agent: *", "Disallow: /admin", "Disallow: /confirm/", "Disallow: /u/", "Disallow: /preferences/", "Disallow: /*/take", "",
            $"Sitemap: {site.Url}sitemap.xml", "",
        ]);
    }

    private async Task<XElement> MapAsync(string path)
    {
        var answer = await site.GetAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Headers["Content-Type"].ShouldBe("application/xml; charset=utf-8");
        return XDocument.Parse(answer.Text).Root!;
    }
}
