using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Digest.Settings;
using Microsoft.Extensions.Options;

namespace Digest.Newsletters;

public sealed class PublicUrlSettings : ISettings
{
    public static string Section => "Digest";

    /// <summary>Where readers reach the public pages, for example https://digest.example.com; https but for loopback.</summary>
    [Required]
    public string PublicUrl { get; set; } = "";

    public IEnumerable<string> Problems()
    {
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return "Digest:PublicUrl must be an absolute URL such as https://digest.example.com.";
        }
        else if (url.Scheme == "http" && !url.IsLoopback)
        {
            // RFC 8058 section 3.1: the one-click URI is HTTPS.
            yield return "Digest:PublicUrl must be https: mail clients offer one-click unsubscribe only for https links.";
        }
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            yield return "Digest:PublicUrl must not carry a query or a fragment.";
        }
    }
}

/// <summary>Every address that a mail or a page links to; the routes of Digest.Web answer to exactly these.</summary>
public sealed class PublicUrls(IOptions<PublicUrlSettings> settings)
{
    /// <summary>Names the issue in a reader's own links.</summary>
    public const string IssueParameter = "i";

    private readonly string root = settings.Value.PublicUrl.TrimEnd('/');

    /// <summary>The front page of the installation.</summary>
    public string Root => $"{root}/";

    public string Home(string newsletter) => $"{root}/{newsletter}";

    /// <summary>Every issue that went out.</summary>
    public string Issues(string newsletter) => $"{root}/{newsletter}/issues";

    public string Issue(string newsletter, DateOnly week) =>
        string.Create(CultureInfo.InvariantCulture, $"{root}/{newsletter}/issues/{week:yyyy-MM-dd}");

    /// <summary>The issue as it was mailed, and nothing around it.</summary>
    public string IssueMail(string newsletter, DateOnly week) => $"{Issue(newsletter, week)}/mail";

    /// <summary>Where a reader says how an issue was.</summary>
    /// <param name="newsletter">Its slug.</param>
    /// <param name="week">Of the issue.</param>
    /// <param name="rating">What is chosen already, as <c>good</c>, <c>fair</c> or <c>poor</c>; none leaves it open.</param>
    public string IssueTake(string newsletter, DateOnly week, string? rating = null) => $"{Issue(newsletter, week)}/take{With(rating)}";

    public string Story(string newsletter, string story) => $"{root}/{newsletter}/stories/{story}";

    /// <summary>Where a reader says how a story was.</summary>
    /// <param name="newsletter">Its slug.</param>
    /// <param name="story">Slug of the story.</param>
    /// <param name="rating">What is chosen already, as <c>good</c>, <c>fair</c> or <c>poor</c>; none leaves it open.</param>
    public string StoryTake(string newsletter, string story, string? rating = null) => $"{Story(newsletter, story)}/take{With(rating)}";

    public string IssuesFeed(string newsletter) => $"{root}/{newsletter}/issues.atom";

    public string StoriesFeed(string newsletter) => $"{root}/{newsletter}/stories.atom";

    /// <param name="part">Of a site with more addresses than one file may hold; none is the first file to read.</param>
    public string Sitemap(long? part = null) =>
        part is { } number ? string.Create(CultureInfo.InvariantCulture, $"{root}/sitemap-{number}.xml") : $"{root}/sitemap.xml";

    public string Confirm(string token) => $"{root}/confirm/{token}";

    /// <param name="token">The reader's.</param>
    /// <param name="issueId">In whose mail the link stands.</param>
    public string Unsubscribe(string token, long? issueId = null) => $"{root}/u/{token}{In(issueId)}";

    /// <param name="token">The reader's.</param>
    /// <param name="issueId">In whose mail the link stands.</param>
    public string Preferences(string token, long? issueId = null) => $"{root}/preferences/{token}{In(issueId)}";

    private static string With(string? rating) => rating is null ? "" : $"?rating={Uri.EscapeDataString(rating)}";

    /// <summary>Nobody vouches for it: all that it does is to settle a delivery in doubt, of the reader for whom the token vouches.</summary>
    private static string In(long? issueId) =>
        issueId is { } id ? string.Create(CultureInfo.InvariantCulture, $"?{IssueParameter}={id}") : "";
}
