using Digest.Issues;
using Digest.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>The editor's hand on one issue: its words, its stories and their order. Every change assembles it anew.</summary>
public sealed class EditorModel(
    EditorDesk desk, EditIssue edit, DecideStory decide, AssembleIssue assemble, Said said, ILogger<EditorModel> logger) : PageModel
{
    /// <summary>Set for every page that is shown.</summary>
    public EditorView? Shown { get; private set; }

    /// <summary>Why words were not saved, and what they were.</summary>
    public string? Refused { get; private set; }

    public IssueEdit? Unsaved { get; private set; }

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        Shown = await desk.ReadAsync(id, cancellationToken);
        return Shown is null ? NotFound() : Page();
    }

    /// <summary>What somebody wrote stays on the page when it is refused.</summary>
    public async Task<IActionResult> OnPostWordsAsync(
        long id, string? subject, string? preheader, string? introduction, string? seen, CancellationToken cancellationToken)
    {
        // A form's lines end in CRLF, whatever stood in it.
        var written = new IssueEdit(subject ?? "", preheader ?? "", (introduction ?? "").ReplaceLineEndings("\n"));
        var answer = await DoAsync(id, seen, "edit", async shown =>
        {
            var issue = await edit.RunAsync(shown.Issue.Id, Changed(written, shown), cancellationToken);
            return $"The issue is assembled with these words: {issue.Subject}";
        }, cancellationToken);
        if (Refused is null)
        {
            return answer;
        }

        (Unsaved, Shown) = (written, await desk.ReadAsync(id, cancellationToken));
        return Page();
    }

    /// <summary>A field that says what the page showed was not touched: what an approved draft would say in its place is not decided by another field.</summary>
    private static IssueEdit Changed(IssueEdit written, EditorView shown) => new(
        Touched(written.Subject, shown.Subject), Touched(written.Preheader, shown.Issue.EditedPreheader), Touched(written.Introduction, shown.Introduction),
        SeenHash: shown.SeenHash);

    private static string? Touched(string? written, string? shown) => written == (shown ?? "").ReplaceLineEndings("\n") ? null : written;

    public Task<IActionResult> OnPostLeadAsync(long id, string slug, string? seen, CancellationToken cancellationToken) =>
        MoveAsync(id, slug, seen, "lead", order => [slug, .. order.Where(other => other != slug)], cancellationToken);

    public Task<IActionResult> OnPostUpAsync(long id, string slug, string? seen, CancellationToken cancellationToken) =>
        MoveAsync(id, slug, seen, "up", order =>
        {
            var place = order.IndexOf(slug);
            if (place > 0)
            {
                (order[place - 1], order[place]) = (order[place], order[place - 1]);
            }

            return order;
        }, cancellationToken);

    public Task<IActionResult> OnPostRankAsync(long id, string? seen, CancellationToken cancellationToken) =>
        DoAsync(id, seen, "order by rank", async shown =>
        {
            await edit.RunAsync(shown.Issue.Id, new IssueEdit(Order: [], SeenHash: shown.SeenHash), cancellationToken);
            return "The stories stand by rank again.";
        }, cancellationToken);

    public Task<IActionResult> OnPostHoldAsync(long id, string slug, string? reason, string? seen, CancellationToken cancellationToken) =>
        DecideAsync(id, seen, "hold over", async shown =>
        {
            var next = new Week(shown.Issue.Week).Next;
            await decide.HoldAsync(shown.Newsletter.Id, slug, next, Written(reason), cancellationToken);
            return $"'{slug}' is kept for the issue of {next}.";
        }, cancellationToken);

    public Task<IActionResult> OnPostDropAsync(long id, string slug, string? reason, string? seen, CancellationToken cancellationToken) =>
        DecideAsync(id, seen, "drop", async shown =>
        {
            await decide.DropAsync(shown.Newsletter.Id, slug, Written(reason) ?? "dropped by an editor", cancellationToken);
            return $"'{slug}' is dropped.";
        }, cancellationToken);

    public Task<IActionResult> OnPostTakeAsync(long id, string slug, string? seen, CancellationToken cancellationToken) =>
        DecideAsync(id, seen, "take in", async shown =>
        {
            await decide.HoldAsync(shown.Newsletter.Id, slug, new Week(shown.Issue.Week), null, cancellationToken);
            return $"'{slug}' is a candidate of this issue.";
        }, cancellationToken);

    private static string? Written(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    private Task<IActionResult> MoveAsync(
        long id, string slug, string? seen, string action, Func<List<string>, List<string>> move, CancellationToken cancellationToken) =>
        DoAsync(id, seen, action, async shown =>
        {
            var order = shown.Issue.Stories.ConvertAll(place => place.Story!.Slug);
            await edit.RunAsync(shown.Issue.Id, new IssueEdit(Order: move(order), SeenHash: shown.SeenHash), cancellationToken);
            return $"'{slug}' is moved; the stories stand as you put them.";
        }, cancellationToken);

    private Task<IActionResult> DecideAsync(
        long id, string? seen, string action, Func<EditorView, Task<string>> act, CancellationToken cancellationToken) =>
        DoAsync(id, seen, action, async shown =>
        {
            var sentence = await act(shown);
            var issue = await assemble.RunAsync(shown.Newsletter.Id, new Week(shown.Issue.Week), cancellationToken);
            return $"{sentence} The issue is assembled anew, with {issue.Stories.Count} {(issue.Stories.Count == 1 ? "story" : "stories")}.";
        }, cancellationToken);

    /// <param name="id">The issue.</param>
    /// <param name="seen">Hash of the content that the page showed, in hexadecimal digits; other content is not changed.</param>
    /// <param name="action">For the log.</param>
    /// <param name="act">Says what it did.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    private async Task<IActionResult> DoAsync(
        long id, string? seen, string action, Func<EditorView, Task<string>> act, CancellationToken cancellationToken)
    {
        if (await desk.ReadAsync(id, cancellationToken) is not { } shown)
        {
            return NotFound();
        }

        var back = $"{AdminPath.Overview}/issues/{shown.Issue.Id}/stories";
        try
        {
            var sentence = !shown.MayChange ? throw new RefusedException("The issue is queued or withdrawn; its words and stories stay as they are.")
                : (seen ?? "") != shown.Seen ? throw new RefusedException(EditIssue.ChangedMeanwhile(shown.Issue))
                : await act(shown);
            var operatorId = OperatorId.Of(User);
            Log.IssueAction(logger, operatorId, action, id);
            return LocalRedirect(said.Done(back, sentence));
        }
        catch (RefusedException refused)
        {
            Refused = refused.Message;
            return LocalRedirect(said.Refused(back, refused.Message));
        }
    }
}
