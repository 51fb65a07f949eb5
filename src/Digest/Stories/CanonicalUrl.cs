using System.Text.RegularExpressions;

namespace Digest.Stories;

/// <summary>
/// One spelling for the many under which a page is linked: what cannot change the page is taken off (RFC 3986 section 6.2),
/// and with it the parameters that only count who came from where. Whether two hosts or two paths serve one page is not guessed.
/// </summary>
public static partial class CanonicalUrl
{
    /// <summary>Longer than any page's address; a longer one is no address of a piece.</summary>
    private const int Longest = 2000;

    private const int MostRounds = 8;

    /// <summary>
    /// Names of advertisers' and mailers' click ids, and Matomo's of before mtm_, whose beginning other programs use as well;
    /// those that begin with utm_ or mtm_ come on top.
    /// </summary>
    private static readonly HashSet<string> Tracking = new(StringComparer.OrdinalIgnoreCase)
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "ttclid", "yclid", "igshid", "igsh",
        "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "vero_id", "oly_enc_id", "oly_anon_id", "ref_src", "ref_url", "cmpid", "s_cid",
        "pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid",
    };

    private static readonly string[] TrackingPrefixes = ["utm_", "mtm_"];

    /// <returns>The canonical form, which is its own canonical form; none when <paramref name="url"/> is no absolute http or https URL.</returns>
    public static string? Of(string url)
    {
        // An escape that is undone may leave a dot segment, which the next round takes out: what comes out of here does not change again.
        var (written, form) = (url, Once(url));
        for (var rounds = 0; form is not null && form != written; rounds++)
        {
            (written, form) = (form, rounds < MostRounds ? Once(form) : null);
        }

        return form;
    }

    /// <summary>The same of an address that an editor wrote for readers: the place on the page that it names stays (RFC 3986 section 3.5).</summary>
    /// <returns>What was written where it has no canonical form.</returns>
    internal static string WithPlace(string url) =>
        Of(url) is { } page ? $"{page}{(new Uri(url.Trim()).Fragment is { Length: > 1 } place ? place : "")}" : url;

    private static string? Once(string url)
    {
        try
        {
            return url.Length <= Longest && Uri.TryCreate(url.Trim(), UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
                ? Of(parsed)
                : null;
        }
        catch (UriFormatException)
        {
            // A host that IDNA cannot encode is found out only when it is asked for.
            return null;
        }
    }

    /// <summary>A <see cref="Settings.FieldCheck"/>.</summary>
    internal static string? Check(string url) => Of(url) is not null ? null : $"'{url}' is no address of a page, or longer than {Longest} characters.";

    private static string? Of(Uri url)
    {
        // RFC 5890: the A-label is the name that DNS knows. The root's dot names the same host.
        var host = (url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost).ToLowerInvariant().TrimEnd('.');
        var port = url.IsDefaultPort ? "" : $":{url.Port}";
        return host.Length == 0 ? null : $"{url.Scheme}://{host}{port}{Normal(url.AbsolutePath)}{Query(url.Query)}";
    }

    private static string Query(string query)
    {
        var kept = query[Math.Min(1, query.Length)..].Split('&').Where(part => part.Length > 0 && !IsTracking(part.Split('=')[0]));
        var joined = string.Join('&', kept);
        return joined.Length == 0 ? "" : $"?{Normal(joined)}";
    }

    private static bool IsTracking(string name)
    {
        var written = Uri.UnescapeDataString(name);
        return Tracking.Contains(written) || TrackingPrefixes.Any(prefix => written.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>RFC 3986 section 6.2.2: escapes in upper case, and none where a plain character says the same.</summary>
    private static string Normal(string part) => Escape().Replace(part, match =>
    {
        var character = (char)Convert.ToInt32(match.Value[1..], 16);
        return char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~' ? character.ToString() : match.Value.ToUpperInvariant();
    });

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escape();
}
