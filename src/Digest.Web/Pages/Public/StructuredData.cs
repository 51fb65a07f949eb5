using System.Text.Json.Nodes;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Web.Pages.Public;

/// <summary>
/// Pages as JSON-LD in the words of schema.org. Everything outside of ASCII and every sign that HTML knows is written as an
/// escape, so that no title ends the element it stands in.
/// </summary>
internal static class StructuredData
{
    public static string Of(Newsletter newsletter, Story story, string url, PublicUrls urls) => Text(new JsonObject
    {
        ["@type"] = "NewsArticle",
        ["headline"] = story.Title,
        ["description"] = Plain(story.Standfirst),
        ["url"] = url,
        ["mainEntityOfPage"] = url,
        ["inLanguage"] = story.Language ?? newsletter.Language,
        ["datePublished"] = PublicPageModel.Iso(story.PublishedAt),
        ["dateModified"] = PublicPageModel.Iso(story.ChangedAt()),
        ["isAccessibleForFree"] = true,
        ["author"] = Organization(newsletter),
        ["publisher"] = Organization(newsletter),
        ["isPartOf"] = Periodical(newsletter, urls),
        ["citation"] = Array(story.Sources.Select(source => new JsonObject
        {
            ["@type"] = "CreativeWork",
            ["name"] = source.Title ?? source.Outlet,
            ["url"] = source.Url,
            ["publisher"] = new JsonObject { ["@type"] = "Organization", ["name"] = source.Outlet },
        })),
        ["correction"] = Array(story.Corrections.OrderByDescending(correction => correction.At).Select(correction => new JsonObject
        {
            ["@type"] = "CorrectionComment",
            ["text"] = Plain(correction.Text),
            ["datePublished"] = PublicPageModel.Iso(correction.At),
        })),
    });

    public static string Of(Newsletter newsletter, Issue issue, IEnumerable<StoryLink> stories, DateTimeOffset modifiedAt, PublicUrls urls) => Text(new JsonObject
    {
        ["@type"] = "PublicationIssue",
        ["name"] = issue.Subject,
        ["description"] = issue.Preheader.Length > 0 ? issue.Preheader : null,
        ["issueNumber"] = new Week(issue.Week).ToString(),
        ["url"] = urls.Issue(newsletter.Slug, issue.Week),
        ["inLanguage"] = newsletter.Language,
        ["datePublished"] = PublicPageModel.Iso(issue.QueuedAt ?? issue.DueAt),
        ["dateModified"] = PublicPageModel.Iso(modifiedAt),
        ["publisher"] = Organization(newsletter),
        ["isPartOf"] = Periodical(newsletter, urls),
        ["hasPart"] = Array(stories.Select(story => new JsonObject
        {
            ["@type"] = "NewsArticle",
            ["headline"] = story.Title,
            ["url"] = Absolute(story.Url, urls),
            ["inLanguage"] = story.Language,
        })),
    });

    public static string OfArchive(Newsletter newsletter, IEnumerable<IssueLine> issues, string url, PublicUrls urls) => Text(new JsonObject
    {
        ["@type"] = "CollectionPage",
        ["name"] = $"All issues of {newsletter.Name}",
        ["url"] = url,
        ["inLanguage"] = newsletter.Language,
        ["isPartOf"] = Periodical(newsletter, urls),
        ["hasPart"] = Array(issues.Select(issue => new JsonObject
        {
            ["@type"] = "PublicationIssue",
            ["name"] = issue.Subject,
            ["url"] = urls.Issue(newsletter.Slug, issue.Week),
        })),
    });

    private static JsonObject Organization(Newsletter newsletter) => new()
    {
        ["@type"] = "Organization",
        ["name"] = newsletter.Name,
        ["url"] = newsletter.Brand.SiteUrl,
        ["logo"] = newsletter.Brand.LogoUrl,
    };

    private static JsonObject Periodical(Newsletter newsletter, PublicUrls urls) => new()
    {
        ["@type"] = "Periodical",
        ["name"] = newsletter.Name,
        ["url"] = urls.Home(newsletter.Slug),
    };

    private static string? Plain(string markdown) => markdown.Length > 0 ? StoryMarkdown.InlineText(markdown) : null;

    /// <summary>A story that is published here is pointed to by its path alone.</summary>
    private static string Absolute(string url, PublicUrls urls) => url.StartsWith('/') ? $"{urls.Root.TrimEnd('/')}{url}" : url;

    private static JsonArray? Array(IEnumerable<JsonObject> objects) => objects.ToArray<JsonNode>() is { Length: > 0 } each ? new JsonArray(each) : null;

    private static string Text(JsonObject page)
    {
        var whole = new JsonObject { ["@context"] = "https://schema.org" };
        foreach (var (name, value) in page)
        {
            whole[name] = value?.DeepClone();
        }

        Prune(whole);
        return whole.ToJsonString();
    }

    private static void Prune(JsonNode? node)
    {
        if (node is JsonObject dictionary)
        {
            foreach (var name in dictionary.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
            {
                dictionary.Remove(name);
            }
        }

        foreach (var child in node switch { JsonObject one => one.Select(pair => pair.Value), JsonArray many => many, _ => [] })
        {
            Prune(child);
        }
    }
}
