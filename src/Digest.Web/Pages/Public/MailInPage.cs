using System.Text.RegularExpressions;

namespace Digest.Web.Pages.Public;

/// <summary>
/// A mail's document as a fragment of a page: its styles and its body as they are, byte for byte; only the body's own element
/// has another name, as a page has a body of its own.
/// </summary>
internal static partial class MailInPage
{
    public static string Of(string document)
    {
        if (Body().Match(document) is not { Success: true } body)
        {
            return document;
        }

        var styles = string.Concat(Style().Matches(document[..body.Index]).Select(style => style.Value));
        return $"{styles}<div{body.Groups["attributes"].Value}>{body.Groups["content"].Value}</div>";
    }

    [GeneratedRegex(@"<body(?<attributes>[^>]*)>(?<content>.*)</body\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Body();

    [GeneratedRegex(@"<style[^>]*>.*?</style\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Style();
}
