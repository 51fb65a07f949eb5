using System.Net;
using Microsoft.AspNetCore.Html;

namespace Digest.Web.Pages.Admin;

/// <summary>A sentence in which what is typed stands between backticks, as verbs and alerts write it, for a page.</summary>
internal static class Typed
{
    public static IHtmlContent Html(string sentence) => new HtmlString(string.Concat(
        // Every second part stood between two; a backtick without its second opens nothing.
        sentence.Split('`') is { Length: var count } parts && count % 2 == 1
            ? parts.Select((part, index) => index % 2 == 1 ? $"<code>{WebUtility.HtmlEncode(part)}</code>" : WebUtility.HtmlEncode(part))
            : [WebUtility.HtmlEncode(sentence)]));
}
