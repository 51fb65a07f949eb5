using System.Globalization;
using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Digest.Local.Mailbox;

/// <summary>The page of a local mailbox: what arrived, each message as HTML in a sandboxed frame, text, headers and source.</summary>
public static class InboxPages
{
    /// <param name="routes">Of the host that shows it.</param>
    /// <param name="prefix">For example "/inbox"; empty for the whole host.</param>
    /// <param name="store">What the mailbox accepted.</param>
    /// <param name="unsubscribeHost">
    /// A host that the one-click button may call beside loopback, and where it finds loopback's ports: in a container,
    /// the service that carries the public pages.
    /// </param>
    public static void MapInbox(this IEndpointRouteBuilder routes, string prefix, MailStore store, string? unsubscribeHost = null)
    {
        var oneClick = new OneClick(unsubscribeHost);
        var inbox = routes.MapGroup(prefix).AllowAnonymous();
        string Root(HttpRequest request) => request.PathBase + prefix.TrimEnd('/');

        inbox.MapGet("/", (HttpContext http, string? q, string? page) => Show(
            http, InboxList.Page(Root(http.Request), store, q, int.TryParse(page, CultureInfo.InvariantCulture, out var number) ? number : 1)));

        inbox.MapGet("/{id:int}", (HttpContext http, int id, string? view) => Find(store, id) is { } mail
            ? Show(http, InboxMessage.Page(Root(http.Request), mail, view, oneClick.MayCall))
            : Missing(http, Root(http.Request)));

        inbox.MapGet("/{id:int}/html", (HttpContext http, int id) => Find(store, id) is { } mail && InboxFrame.Parts(mail).Html is { } html
            ? Document(http, InboxFrame.Document(html), InboxFrame.ContentSecurityPolicy)
            : Missing(http, Root(http.Request)));

        inbox.MapGet("/{id:int}/source", (HttpContext http, int id) => Find(store, id) is { } mail
            ? Results.File(mail.Raw.ToArray(), "message/rfc822", $"message-{id}.eml")
            : Missing(http, Root(http.Request)));

        inbox.MapPost("/{id:int}/unsubscribe", async (HttpContext http, int id, CancellationToken cancellationToken) =>
        {
            // Another site's page must not press the button.
            if (http.Request.Headers["Sec-Fetch-Site"] == "cross-site")
            {
                return Results.StatusCode(StatusCodes.Status403Forbidden);
            }

            return Find(store, id) is { } mail && MailHeaders.Of(mail).OneClick is { } url
                ? Show(http, InboxMessage.Page(
                    Root(http.Request), mail, null, oneClick.MayCall, await oneClick.PostAsync(url, cancellationToken)))
                : Missing(http, Root(http.Request));
        });

        inbox.MapGet("/inbox.css", () => Results.Text(Resource("inbox.css"), "text/css", Encoding.UTF8));
        inbox.MapGet("/inbox.js", () => Results.Text(Resource("inbox.js"), "text/javascript", Encoding.UTF8));
    }

    private static ReceivedMail? Find(MailStore store, int id) => store.All.FirstOrDefault(mail => mail.Id == id);

    private static IResult Show(HttpContext http, Html page, int status = StatusCodes.Status200OK) =>
        Document(http, page.ToString(), InboxLayout.ContentSecurityPolicy, status);

    private static IResult Missing(HttpContext http, string root) => Show(
        http,
        InboxLayout.Page(root, "Not here · Local mailbox", Html.Of($"""
            <h1>This message is not here</h1>
            <p class="empty">It may have left to make room for newer mail, or been deleted. <a href="{root}/">Show all mail</a></p>
            """)),
        StatusCodes.Status404NotFound);

    private static IResult Document(HttpContext http, string html, string policy, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ContentSecurityPolicy = policy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Content(html, MediaTypeNames.Text.Html, Encoding.UTF8, status);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(InboxPages).Assembly.GetManifestResourceStream($"Digest.Local.Mailbox.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
