using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>
/// An issue that went out: the very words that were mailed, what was corrected since, and every story of it, those included
/// that the mail had no room for.
/// </summary>
[MailPage, SharedPage]
public sealed class IssueModel(IDbContextFactory<DigestDbContext> contexts, TakeDesk desk, PublicUrls urls) : PublicPageModel
{
    public Issue Issue { get; private set; } = null!;

    /// <summary>The frozen mail, without a subscriber in it, as part of a page.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>The same as text, for whom the page's tree within a tree is not there.</summary>
    public string MailText { get; private set; } = "";

    public string MailUrl => urls.IssueMail(Newsletter!.Slug, Issue.Week);

    /// <summary>As in the issue's address.</summary>
    public string WeekKey => Issue.Week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Of its stories, after it was frozen.</summary>
    public CorrectionsView Corrections { get; private set; } = null!;

    public IReadOnlyList<StoryLink> Stories { get; private set; } = [];

    public IssueLine? Earlier { get; private set; }

    public IssueLine? Later { get; private set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] string newsletter, [FromRoute] string week, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        Newsletter = await database.Newsletters.WithSlugAsync(newsletter, cancellationToken);
        if (Newsletter is null || await IssueArchive.FindAsync(database, Newsletter, week, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Issue = found.Issue;
        var mail = IssueArchive.ForEverybody(found.Content, urls.Home(newsletter));
        (Mail, MailText) = (MailInPage.Of(mail.Html), mail.Text);
        await ReadStoriesAsync(database, found.Content.FrozenAt, cancellationToken);
        await ReadNeighboursAsync(database, cancellationToken);
        YourTake = desk.NewForm($"/{newsletter}/issues/{week}");
        return Page();
    }

    private async Task ReadStoriesAsync(DigestDbContext database, DateTimeOffset frozenAt, CancellationToken cancellationToken)
    {
        var stories = await database.IssueStories.AsNoTracking().Where(place => place.IssueId == Issue.Id && place.Story!.DroppedAt == null)
            .OrderBy(place => place.Position).Include(place => place.Story!.Corrections).Select(place => place.Story!).ToListAsync(cancellationToken);
        var links = stories.ConvertAll(story => (Story: story, Link: StoryLink.Of(Newsletter!, story)));
        Stories = links.ConvertAll(pair => pair.Link);
        Corrections = CorrectionsView.Since(Newsletter!, frozenAt, links);

        var publishedAt = Issue.QueuedAt ?? Issue.DueAt;
        var modifiedAt = Corrections.Each.Select(correction => correction.At).Append(publishedAt).Max();
        (Title, Description, CanonicalUrl) = ($"{Issue.Subject} · {Newsletter!.Name}", Issue.Preheader, urls.Issue(Newsletter.Slug, Issue.Week));
        Card = new PageCard(Issue.Subject, Newsletter.Language, publishedAt, modifiedAt);
        StructuredData = Public.StructuredData.Of(Newsletter, Issue, Stories, modifiedAt, urls);
    }

    private async Task ReadNeighboursAsync(DigestDbContext database, CancellationToken cancellationToken)
    {
        var others = database.Issues.WentOut(Newsletter!.Id);
        Earlier = await others.Where(other => other.Week < Issue.Week).Lines(Newsletter).FirstOrDefaultAsync(cancellationToken);
        Later = await others.Where(other => other.Week > Issue.Week).OrderBy(other => other.Week).Lines(Newsletter).FirstOrDefaultAsync(cancellationToken);
    }
}
