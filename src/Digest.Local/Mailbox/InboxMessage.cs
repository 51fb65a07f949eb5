using System.Text;
using System.Text.RegularExpressions;

namespace Digest.Local.Mailbox;

/// <summary>One message: who, when, the one-click button, and its views.</summary>
internal static partial class InboxMessage
{
    private static readonly (string Key, string Label)[] Views = [("html", "HTML"), ("text", "Text"), ("headers", "Headers"), ("source", "Source")];

    /// <param name="root">Path of the mailbox.</param>
    /// <param name="mail">The message.</param>
    /// <param name="view">Key of a view; the first that the message has, when left out.</param>
    /// <param name="mayCall">Whether the button may call this address.</param>
    /// <param name="answer">What the button's POST was answered, right after it.</param>
    public static Html Page(string root, ReceivedMail mail, string? view, Func<Uri, bool> mayCall, OneClickAnswer? answer = null)
    {
        var headers = MailHeaders.Of(mail);
        var parts = InboxFrame.Parts(mail);
        view = Views.Any(known => known.Key == view) ? view! : parts.Html is not null ? "html" : parts.Text is not null ? "text" : "source";
        return InboxLayout.Page(root, $"{headers.Subject} · Local mailbox", Html.Of($"""
            <p class="back"><a href="{root}/">All mail</a></p>
            <h1 dir="auto">{headers.Subject}</h1>
            <dl class="envelope">
            <div><dt>From</dt><dd dir="auto">{headers.From}</dd></div>
            <div><dt>To</dt><dd dir="auto">{headers.To}</dd></div>
            <div><dt>Date</dt><dd>{headers.Date}</dd></div>
            <div><dt>Return path</dt><dd>{(mail.ReturnPath.Length > 0 ? mail.ReturnPath : "none (a bounce)")}</dd></div>
            {(mail.Recipient.Length > 0 && !headers.To.Contains(mail.Recipient, StringComparison.OrdinalIgnoreCase) ? Html.Of($"<div><dt>Delivered to</dt><dd>{mail.Recipient}</dd></div>") : default)}
            </dl>
            {(headers.OneClick is { } url ? Unsubscribe(root, mail, url, mayCall(url), answer) : default)}
            <nav class="views" aria-label="Views of this message">
            {Html.Join(Views.Select(known => View(root, mail, known.Key, known.Label, known.Key == view)))}
            </nav>
            {Content(root, mail, headers, parts, view)}
            """));
    }

    private static Html Unsubscribe(string root, ReceivedMail mail, Uri url, bool allowed, OneClickAnswer? answer) => Html.Of($"""
        <section class="oneclick" aria-labelledby="oneclick">
        <div>
        <h2 id="oneclick">One-click unsubscribe</h2>
        <p>{(allowed ? $"Posts to {url.Authority} as a mail client would." : $"Leads to {url.Authority}, which is not this machine; it is not called from here.")}</p>
        </div>
        {(allowed ? Html.Of($"<form method=\"post\" action=\"{root}/{mail.Id}/unsubscribe\"><button>Unsubscribe</button></form>") : default)}
        {(answer is null ? default : Answer(answer))}
        </section>
        """);

    private static Html Answer(OneClickAnswer answer) => Html.Of($"""
        <div class="answer {(answer.Succeeded ? "good" : "bad")}" role="status">
        <p><strong>{(answer.Succeeded ? "Accepted" : "Not accepted")}</strong> {answer.Summary}</p>
        {(answer.Body.Length > 0 ? Html.Of($"<details><summary>What was answered</summary><pre>{answer.Body}</pre></details>") : default)}
        </div>
        """);

    private static Html View(string root, ReceivedMail mail, string key, string label, bool current) => Html.Of($"""
        <a href="{root}/{mail.Id}?view={key}"{(current ? Html.Of($" aria-current=\"page\"") : default)}>{label}</a>

        """);

    private static Html Content(string root, ReceivedMail mail, MailHeaders headers, (string? Html, string? Text) parts, string view) => view switch
    {
        "html" when parts.Html is not null => Html.Of($"""
            <iframe class="mail" title="The message as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" src="{root}/{mail.Id}/html"></iframe>
            """),
        "text" when parts.Text is not null => Html.Of($"<pre class=\"paper\" dir=\"auto\" tabindex=\"0\">{Linked(parts.Text)}</pre>"),
        "headers" => Html.Of($"""
            <dl class="headers paper">
            {Html.Join(headers.All.Select(header => Html.Of($"<div><dt>{header.Name}</dt><dd>{header.Value}</dd></div>\n")))}
            </dl>
            """),
        "source" => Html.Of($"""
            <p class="download"><a href="{root}/{mail.Id}/source" download>Download as .eml</a> <span>{mail.Raw.Length} bytes</span></p>
            <pre class="paper source" tabindex="0">{Encoding.UTF8.GetString(mail.Raw.Span)}</pre>
            """),
        _ => Html.Of($"<p class=\"empty\">This message has no such part.</p>"),
    };

    /// <summary>Plain text whose addresses can be followed, in a new tab.</summary>
    private static Html Linked(string text)
    {
        var parts = new List<Html>();
        var from = 0;
        foreach (var match in Url().EnumerateMatches(text))
        {
            var url = text.Substring(match.Index, match.Length);
            parts.Add(Html.Of($"{text[from..match.Index]}<a href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\">{url}</a>"));
            from = match.Index + match.Length;
        }

        parts.Add(Html.Of($"{text[from..]}"));
        return Html.Join(parts);
    }

    /// <summary>A full stop or a bracket at the end belongs to the sentence.</summary>
    [GeneratedRegex(@"https?://[^\s<>""]+[^\s<>""'.,;:!?)\]]")]
    private static partial Regex Url();
}
