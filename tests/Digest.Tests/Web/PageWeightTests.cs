using System.Net;
using AngleSharp.Dom;
using Digest.Issues;
using Digest.Rendering;
using Digest.Stories;
using Digest.Subscribers;
using Digest.Tests.Rendering;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>What a reader's browser fetches to show a page for the first time, in bytes over the wire.</summary>
public sealed class PageWeightTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const int Most = 100 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Pages() =>
        ["/", "/signal", "/signal/issues", "/signal/issues/2026-11-23", "/signal/stories/keys", "/signal/issues/2026-11-23/take?rating=good"];

    [Theory, MemberData(nameof(Pages))]
    public async Task A_page_with_all_that_it_needs_is_light_and_needs_no_script(string path)
    {
        await FillAsync(shared.Site);
        var (size, _) = await FetchAsync(path);

        var page = (await shared.Site.GetAsync(path)).Parsed();
        foreach (var sheet in page.QuerySelectorAll("link[rel=stylesheet], link[rel=icon]"))
        {
            size += (await FetchAsync(sheet.GetAttribute("href")!)).Size;
        }

        TestContext.Current.SendDiagnosticMessage($"{path}: {size} bytes");
        size.ShouldBeLessThan(Most);
        page.QuerySelectorAll("script:not([type='application/ld+json']), img, iframe, link[rel=preload]").ShouldBeEmpty();
        page.QuerySelectorAll("link[rel=stylesheet]").Length.ShouldBeLessThanOrEqualTo(2);
        foreach (var picture in page.QuerySelectorAll("svg"))
        {
            (picture.HasAttribute("width") && picture.HasAttribute("height")).ShouldBeTrue("nothing shifts when it is drawn");
        }
    }

    [Fact]
    public async Task Even_the_largest_mail_that_is_ever_sent_makes_a_light_page()
    {
        await using var site = await PublicSite.StartAsync();
        var mail = await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.Forty());
        var issue = await site.IssueOfAsync(PublicContent.Monday);
        await using (var context = site.Database.NewContext())
        {
            var content = context.IssueContents.Single(one => one.IssueId == issue.Id);
            (content.Subject, content.Preheader, content.Html, content.Text, content.Sha256) =
                (mail.Subject, mail.Preheader, mail.Html, mail.Text, ContentHash.Of(mail));
            context.Issues.Single().ApprovedHash = content.Sha256;
            await context.SaveChangesAsync(Token);
        }

        var (size, _) = await FetchAsync("/signal/issues/2026-11-23", site);

        TestContext.Current.SendDiagnosticMessage($"{mail.Html.Length} characters of mail make a page of {size} bytes");
        size.ShouldBeLessThan(Most);
    }

    [Fact]
    public async Task The_style_sheet_is_kept_for_good_under_an_address_that_names_its_content()
    {
        await FillAsync(shared.Site);
        var sheets = (await shared.Site.GetAsync("/signal")).Parsed().QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!).ToList();

        sheets[0].ShouldMatch("^/public\\.[0-9a-f]{12}\\.css$");
        sheets[1].ShouldMatch("^/signal/brand\\.css\\?v=[0-9a-f]{12}$");
        foreach (var sheet in sheets)
        {
            var answer = await shared.Site.GetAsync(sheet);
            answer.Headers["Content-Type"].ShouldBe("text/css; charset=utf-8");
            answer.Headers["Cache-Control"].ShouldBe("public, max-age=31536000, immutable");
        }

        var old = await shared.Site.GetAsync("/public.000000000000.css");
        old.Status.ShouldBe(HttpStatusCode.OK);
        old.Headers["Cache-Control"].ShouldBe("public, max-age=60");
        (await shared.Site.GetAsync("/signal/brand.css?v=other")).Headers["Cache-Control"].ShouldBe("public, max-age=300");
    }

    [Fact]
    public async Task What_is_the_same_for_everybody_is_compressed_and_what_carries_a_secret_never()
    {
        await FillAsync(shared.Site);
        var reader = await shared.Site.ReaderAsync();
        foreach (var path in (string[])["/signal", "/signal/issues", "/signal/issues/2026-11-23", "/signal/issues/2026-11-23/mail", "/signal/stories/keys",
            "/signal/stories.atom", "/signal/issues.atom", "/sitemap.xml"])
        {
            var (_, headers) = await FetchAsync(path);
            headers.GetValueOrDefault("Content-Encoding").ShouldBe("br", path);
            headers["Vary"].ShouldBe("Accept-Encoding", path);
        }

        foreach (var path in (string[])[$"/u/{shared.Site.Link(TokenPurpose.Unsubscribe, reader)}", $"/preferences/{shared.Site.Link(TokenPurpose.Preferences, reader)}",
            $"/confirm/{shared.Site.Link(TokenPurpose.Confirm, reader)}", "/admin/login", "/signal/stories/keys/take"])
        {
            var (_, headers) = await FetchAsync(path);
            headers.ShouldNotContainKey("Content-Encoding", path);
        }
    }

    /// <summary>As a browser asks for it; the length is that of the body as it came.</summary>
    private async Task<(long Size, IReadOnlyDictionary<string, string> Headers)> FetchAsync(string path, PublicSite? site = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
        using var response = await (site ?? shared.Site).Client.SendAsync(request, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
        return ((await response.Content.ReadAsByteArrayAsync(Token)).Length, headers);
    }

    /// <summary>Once: a story of some length in an issue that carries it.</summary>
    private static async Task FillAsync(PublicSite site)
    {
        if (await site.CountAsync("stories") > 0)
        {
            return;
        }

        var story = SampleIssues.Lead();
        (story.Slug, story.CanonicalUrl, story.PublishedAt) = ("keys", null, PublicSite.Start.AddDays(-1));
        story.KeyPoints = ["One.", "Two.", "Three."];
        story.Number = new StoryNumber("28.8 million", "answers");
        await site.AddAsync(story);
        await site.IssueOfAsync(PublicContent.Monday, story);
        await site.CorrectAsync(story, "There were two.", PublicSite.Start);
    }
}
