using Digest.Data;
using Digest.Issues.Writer;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Issues;

/// <summary>Renders an issue, once for everybody and once for each choice of topics, and stores it beside its hash.</summary>
public sealed class FreezeIssue(MailRenderer renderer, IEnumerable<IContentCheck> checks, TimeProvider time)
{
    /// <returns>Whether it is other content than was frozen before.</returns>
    public async Task<bool> RunAsync(
        DigestDbContext database,
        Newsletter newsletter,
        Issue issue,
        IReadOnlyList<Story> stories,
        IReadOnlyList<ToldCorrection> corrections,
        CancellationToken cancellationToken)
    {
        var words = await IssueWords.ReadAsync(database, issue, cancellationToken);
        var mails = await RenderAsync(database, newsletter, issue, words, stories, corrections, cancellationToken);
        issue.Preflight = FindingsOf(newsletter, issue, mails, words.Find(stories));
        var contents = mails.ConvertAll(mail => Frozen(issue, mail.Variant, mail.Mail));
        if (ContentHash.Of(await database.IssueContents.HashesAsync(issue.Id, cancellationToken)) is { } before && before.AsSpan().SequenceEqual(ContentHash.Of(contents)))
        {
            return false;
        }

        await database.IssueContents.Where(content => content.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        database.IssueContents.AddRange(contents);
        (issue.Subject, issue.Preheader) = (contents[0].Subject, contents[0].Preheader);
        return true;
    }

    /// <summary>What is wrong with the whole is not told again of each variant.</summary>
    private List<PreflightFinding> FindingsOf(
        Newsletter newsletter, Issue issue, IReadOnlyList<(Variant Variant, RenderedMail Mail)> mails, IEnumerable<PreflightFinding> ofWords) =>
    [
        .. ofWords.Concat(mails.SelectMany(mail => Check(newsletter, issue, mail.Mail, mail.Variant.Key)))
            .DistinctBy(finding => (finding.Check, finding.Finding))
            .OrderBy(finding => finding.Severity),
    ];

    private IEnumerable<PreflightFinding> Check(Newsletter newsletter, Issue issue, RenderedMail mail, string variant) =>
        Preflight.Check(newsletter, mail, variant).Concat(checks.SelectMany(check => check.Find(newsletter, issue, mail, variant)));

    /// <summary>The whole first. A choice that leaves out nothing is the whole; one that leaves nothing has no mail, and its readers no delivery.</summary>
    private async Task<List<(Variant Variant, RenderedMail Mail)>> RenderAsync(
        DigestDbContext database,
        Newsletter newsletter,
        Issue issue,
        IssueWords words,
        IReadOnlyList<Story> stories,
        IReadOnlyList<ToldCorrection> corrections,
        CancellationToken cancellationToken)
    {
        var mails = new List<(Variant, RenderedMail)>();
        foreach (var variant in (IEnumerable<Variant>)[Variant.Whole, .. await Variants.ReadAsync(database, newsletter, cancellationToken)])
        {
            var shown = stories.Where(story => variant.Has(story, newsletter.Vocabulary)).ToList();
            if (variant == Variant.Whole || (shown.Count > 0 && shown.Count < stories.Count))
            {
                mails.Add((variant, await renderer.RenderIssueAsync(new IssueModel(newsletter, new Week(issue.Week), shown)
                {
                    // Words about the whole may tell of stories that a choice leaves out: its readers get what is proposed.
                    Introduction = variant == Variant.Whole ? words.Of(DraftKind.Introduction, shown) : null,
                    Subject = shown[0] == stories[0] ? words.Of(DraftKind.Subject, shown) : null,
                    Preheader = variant == Variant.Whole ? issue.EditedPreheader : null,
                    Corrections = corrections,
                    InEditorsOrder = PlaceStories.IsEdited(stories, issue),
                })));
            }
        }

        return mails;
    }

    private IssueContent Frozen(Issue issue, Variant variant, RenderedMail mail) => new()
    {
        IssueId = issue.Id,
        Variant = variant.Key,
        Subject = mail.Subject,
        Preheader = mail.Preheader,
        Html = mail.Html,
        Text = mail.Text,
        Sha256 = ContentHash.Of(mail),
        FrozenAt = time.GetUtcNow(),
    };
}
