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
    private readonly string root = settings.Value.PublicUrl.TrimEnd('/');

    public string Home(string newsletter) => $"{root}/{newsletter}";

    public string Issue(string newsletter, DateOnly week) =>
        string.Create(CultureInfo.InvariantCulture, $"{root}/{newsletter}/issues/{week:yyyy-MM-dd}");

    public string Story(string newsletter, string story) => $"{root}/{newsletter}/stories/{story}";

    public string Confirm(string token) => $"{root}/confirm/{token}";

    public string Unsubscribe(string token) => $"{root}/u/{token}";

    public string Preferences(string token) => $"{root}/preferences/{token}";
}
