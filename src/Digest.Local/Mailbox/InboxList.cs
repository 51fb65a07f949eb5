using System.Globalization;

namespace Digest.Local.Mailbox;

/// <summary>The list of what arrived, newest first, searched and paged. The script asks for it again every two seconds.</summary>
internal static class InboxList
{
    private const int PageLength = 50;

    public static Html Page(string root, MailStore store, string? search, int page)
    {
        var wanted = search?.Trim() ?? "";
        var found = store.All.Reverse().Where(mail => wanted.Length == 0 || MailHeaders.Of(mail).Mentions(wanted)
            || mail.Recipient.Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        var last = Math.Max(1, (found.Count + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, last);
        var shown = found.Skip((page - 1) * PageLength).Take(PageLength).ToList();
        return InboxLayout.Page(root, "Local mailbox", Html.Of($"""
            <form class="search" role="search" action="{root}/">
            <label for="q">Find by address or subject</label>
            <div><input id="q" type="search" name="q" value="{wanted}" autocomplete="off" spellcheck="false"><button>Find</button></div>
            </form>
            <div data-live>
            <h1 class="count" role="status">{Count(found.Count, wanted)}</h1>
            {(shown.Count == 0 ? Empty(root, wanted) : Rows(root, shown))}
            {(last > 1 ? Pages(root, wanted, page, last) : default)}
            </div>
            <p class="lost" hidden data-lost role="status">The mailbox does not answer; this list may be old.</p>
            """));
    }

    private static string Count(int count, string search)
    {
        var messages = count == 1 ? "1 message" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} messages");
        return search.Length == 0 ? messages : $"{messages} with “{search}”";
    }

    private static Html Empty(string root, string search) => search.Length == 0
        ? Html.Of($"<p class=\"empty\">No mail yet. It appears here by itself.</p>")
        : Html.Of($"<p class=\"empty\">Nothing matches. <a href=\"{root}/\">Show all mail</a></p>");

    private static Html Rows(string root, IEnumerable<ReceivedMail> mails) => Html.Of($"""
        <ol class="mails">
        {Html.Join(mails.Select(mail => Row(root, mail, MailHeaders.Of(mail))))}
        </ol>
        """);

    private static Html Row(string root, ReceivedMail mail, MailHeaders headers) => Html.Of($"""
        <li><a href="{root}/{mail.Id}">
        <span class="subject" dir="auto">{headers.Subject}</span>
        <span class="people"><span class="from" dir="auto">{headers.From}</span> <span class="to">to <span dir="auto">{headers.To}</span></span></span>
        <time datetime="{mail.ReceivedAt.ToString("O", CultureInfo.InvariantCulture)}">{When(mail.ReceivedAt)}</time>
        </a></li>

        """);

    private static Html Pages(string root, string search, int page, int last) => Html.Of($"""
        <nav class="pages" aria-label="Pages">
        {(page > 1 ? Turn(root, search, page - 1, "Newer") : default)}
        <span>Page {page} of {last}</span>
        {(page < last ? Turn(root, search, page + 1, "Older") : default)}
        </nav>
        """);

    private static Html Turn(string root, string search, int page, string word) =>
        Html.Of($"<a href=\"{root}/?q={Uri.EscapeDataString(search)}&amp;page={page}\">{word}</a>");

    /// <summary>In the machine's zone: the page is read on the machine.</summary>
    private static string When(DateTimeOffset at) => at.ToLocalTime().ToString("ddd d MMM, HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
