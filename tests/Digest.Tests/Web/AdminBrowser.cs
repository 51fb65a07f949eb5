using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>Opens admin pages and presses their buttons, as an operator's browser without script does.</summary>
public sealed class AdminBrowser(HttpClient client)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public HttpResponseMessage Response { get; private set; } = null!;

    /// <summary>The page that was last read.</summary>
    public IHtmlDocument Page { get; private set; } = null!;

    public string Text => WebUtility.HtmlDecode(Page.Body?.TextContent ?? "");

    public string Path => Response.RequestMessage!.RequestUri!.AbsolutePath;

    public HttpStatusCode Status => Response.StatusCode;

    public async Task<AdminBrowser> OpenAsync(string path)
    {
        await ReadAsync(await client.GetAsync(new Uri(path, UriKind.Relative), Token));
        return this;
    }

    public async Task SignInAsync(string email, string password, string path = "/admin/login")
    {
        await OpenAsync(path);
        await SubmitAsync("form", ("email", email), ("password", password));
    }

    /// <summary>Sends the form as it stands on the page, with these fields filled in or its button's name and value.</summary>
    public Task SubmitAsync(string selector, params (string Name, string Value)[] fields) =>
        SubmitToAsync(selector, Form(selector).GetAttribute("action") ?? Path, fields);

    /// <summary>The same by a button that has an address of its own.</summary>
    public async Task SubmitToAsync(string selector, string path, params (string Name, string Value)[] fields)
    {
        var values = Form(selector).QuerySelectorAll("input").OfType<IHtmlInputElement>()
            .Where(input => input.Name is { Length: > 0 } && input.Type is not "checkbox")
            .ToDictionary(input => input.Name!, input => input.Value);
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        await PostAsync(path, values);
    }

    private IHtmlFormElement Form(string selector) =>
        (IHtmlFormElement)(Page.QuerySelector(selector) ?? throw new InvalidOperationException($"{Path} has no {selector}."));

    public async Task PostAsync(string path, IEnumerable<KeyValuePair<string, string>> values)
    {
        using var content = new FormUrlEncodedContent(values);
        await ReadAsync(await client.PostAsync(new Uri(path, UriKind.Relative), content, Token));
    }

    private async Task ReadAsync(HttpResponseMessage response)
    {
        Response = response;
        Page = await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync(Token), Token);
    }
}
