using Digest.Data;
using Digest.Rendering;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues.Writer;

/// <summary>
/// What an issue says of itself: an approved draft where there is one, otherwise the editor's own words, which stay as they
/// are behind it. A draft goes out only with stories that bear it out: one that it cites may change, or leave, after somebody
/// had approved it.
/// </summary>
public sealed class IssueWords
{
    public const string Check = "draft";

    private readonly Issue issue;
    private readonly IReadOnlyList<IssueDraft> drafts;

    private IssueWords(Issue issue, IReadOnlyList<IssueDraft> drafts) => (this.issue, this.drafts) = (issue, drafts);

    public static async Task<IssueWords> ReadAsync(DigestDbContext database, Issue issue, CancellationToken cancellationToken) => new(
        issue,
        await database.IssueDrafts.AsNoTracking().Where(draft => draft.IssueId == issue.Id).OrderBy(draft => draft.Id).ToListAsync(cancellationToken));

    /// <param name="kind">Which words.</param>
    /// <param name="shown">The stories beside which they stand.</param>
    /// <returns>None for what is proposed from the stories.</returns>
    public string? Of(DraftKind kind, IEnumerable<Story> shown) =>
        Approved(kind) is { } draft && new DraftCheck(shown).Wrong(draft) is null ? draft.Text : Own(issue, kind);

    /// <summary>Drafts that are left out although somebody approved them, and the editor's own words as far as they still rest on one.</summary>
    internal IEnumerable<PreflightFinding> Find(IReadOnlyList<Story> stories)
    {
        var check = new DraftCheck(stories);
        foreach (var draft in Enum.GetValues<DraftKind>().Select(Approved).OfType<IssueDraft>())
        {
            if (check.Wrong(draft) is { } why)
            {
                yield return new PreflightFinding(Check, PreflightSeverity.Warning,
                    $"The {Name(draft.Kind)} that {draft.ApprovedBy} approved (draft {draft.Id}) is left out: of one sentence, {why}.",
                    "Write other words, have new ones drafted with `digest draft`, or take the story in again; with its stories the draft returns.");
            }
        }

        foreach (var kind in Enum.GetValues<DraftKind>())
        {
            if (Own(issue, kind) is { } own && Of(kind, stories) == own && Unborne(kind, own, check) is (var sentence, var why))
            {
                yield return new PreflightFinding(Check, PreflightSeverity.Error,
                    $"The {Name(kind)} still has a draft's sentence “{OneLine.Of(sentence, 80)}”: {why}.", $"Edit the {Name(kind)} on the issue's page, or with `digest edit`.");
            }
        }
    }

    private static string Name(DraftKind kind) => kind == DraftKind.Subject ? "subject" : "introduction";

    private static string? Own(Issue issue, DraftKind kind) => kind == DraftKind.Subject ? issue.EditedSubject : issue.Introduction;

    /// <summary>Writes the editor's own words. An approved draft that is given back as it stands stays one, and the words behind it too.</summary>
    /// <param name="database">With the issue's row held.</param>
    /// <param name="issue">Whose.</param>
    /// <param name="kind">Which words.</param>
    /// <param name="text">None for what is proposed.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    internal static async Task WriteAsync(DigestDbContext database, Issue issue, DraftKind kind, string? text, CancellationToken cancellationToken)
    {
        if (await Approved(database, issue, kind).AnyAsync(draft => draft.Text == text, cancellationToken))
        {
            return;
        }

        await TakeBackAsync(database, issue, kind, but: null, cancellationToken);
        SetOwn(issue, kind, text);
    }

    internal static void SetOwn(Issue issue, DraftKind kind, string? text)
    {
        if (kind == DraftKind.Subject)
        {
            issue.EditedSubject = text;
        }
        else
        {
            issue.Introduction = text;
        }
    }

    /// <summary>The approved draft of the kind is a proposal again, unless it is the one that stays.</summary>
    internal static Task TakeBackAsync(DigestDbContext database, Issue issue, DraftKind kind, long? but, CancellationToken cancellationToken) =>
        Approved(database, issue, kind).Where(draft => draft.Id != but).ExecuteUpdateAsync(
            draft => draft.SetProperty(d => d.ApprovedAt, (DateTimeOffset?)null).SetProperty(d => d.ApprovedBy, (string?)null), cancellationToken);

    private static IQueryable<IssueDraft> Approved(DigestDbContext database, Issue issue, DraftKind kind) =>
        database.IssueDrafts.Where(draft => draft.IssueId == issue.Id && draft.Kind == kind && draft.ApprovedAt != null);

    private IssueDraft? Approved(DraftKind kind) => drafts.LastOrDefault(draft => draft.Kind == kind && draft.ApprovedAt is not null);

    /// <summary>A sentence that an editor copied, or that an approved draft left behind: whole, as a few words in common say nothing of where they come from.</summary>
    private (string Sentence, string Why)? Unborne(DraftKind kind, string words, DraftCheck check)
    {
        var sentences = drafts.Where(draft => draft.Kind == kind && draft.RejectedAt is null).SelectMany(draft => draft.Sentences)
            .Where(sentence => kind == DraftKind.Subject ? words == sentence.Text : WholeSentence.IsIn(words, sentence.Text));
        foreach (var sentence in sentences)
        {
            if (check.Wrong(sentence, DraftCheck.Longest(kind)) is { } why)
            {
                return (sentence.Text, why);
            }
        }

        return null;
    }
}
