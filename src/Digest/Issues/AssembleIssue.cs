using Digest.Data;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Issues;

/// <summary>
/// Chooses and orders the window's stories, renders, freezes. The same week assembled twice is one issue; an issue that
/// is not yet queued may be assembled anew when its stories changed, which revokes its approval.
/// </summary>
public sealed partial class AssembleIssue(
    IDbContextFactory<DigestDbContext> contexts, MailRenderer renderer, TimeProvider time, ILogger<AssembleIssue> logger)
{
    /// <returns>The issue with its stories and contents; state <see cref="IssueState.Skipped"/> for a week without stories.</returns>
    /// <exception cref="RefusedException">The week's window has not closed yet.</exception>
    public async Task<Issue> RunAsync(long newsletterId, Week week, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var newsletter = await LockNewsletterAsync(database, newsletterId, cancellationToken);
        var issue = await LockIssueAsync(database, newsletterId, week, cancellationToken)
            ?? await OpenIssueAsync(database, newsletter, week, cancellationToken);

        if (MayChange(issue))
        {
            issue.DueAt = NewsletterCalendar.Of(newsletter).DueAt(week);
            await FillAsync(database, newsletter, issue, cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return await database.Issues.Where(stored => stored.Id == issue.Id).Whole().SingleAsync(cancellationToken);
    }

    /// <summary>
    /// Holds the newsletter's row: two assemblies go one after the other, and the settings that an issue is rendered
    /// with do not change under it. Sign-ups and imports refer to the row and are not held up ("no key").
    /// </summary>
    private static async Task<Newsletter> LockNewsletterAsync(DigestDbContext database, long newsletterId, CancellationToken cancellationToken)
    {
        var rows = await database.Newsletters
            .FromSql($"select * from digest.newsletters where id = {newsletterId} for no key update")
            .AsNoTracking().ToListAsync(cancellationToken);
        return rows is [var newsletter] ? newsletter : throw new RefusedException($"There is no newsletter with the id {newsletterId}.");
    }

    /// <summary>Holds the issue's row against an approval or a queueing at the same moment.</summary>
    private static async Task<Issue?> LockIssueAsync(
        DigestDbContext database, long newsletterId, Week week, CancellationToken cancellationToken)
    {
        var rows = await database.Issues
            .FromSql($"select * from digest.issues where newsletter_id = {newsletterId} and week = {week.Monday} for update")
            .ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }

    /// <summary>A new row with its window, which it keeps: the next issue starts where this one ends.</summary>
    private async Task<Issue> OpenIssueAsync(
        DigestDbContext database, Newsletter newsletter, Week week, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var window = await Window.OfAsync(database, newsletter, week, now, cancellationToken);
        var opened = new Issue
        {
            NewsletterId = newsletter.Id,
            Week = week.Monday,
            WindowStart = window.Start,
            WindowEnd = window.End,
            DueAt = NewsletterCalendar.Of(newsletter).DueAt(week),
            AssembledAt = now,
        };
        database.Issues.Add(opened);
        await database.SaveChangesAsync(cancellationToken);
        return opened;
    }

    /// <summary>Once deliveries are queued, or the issue is withdrawn, its content is what it is.</summary>
    private static bool MayChange(Issue issue) => issue.QueuedAt is null
        && issue.State is IssueState.Assembled or IssueState.Approved or IssueState.Skipped or IssueState.Missed;

    private async Task FillAsync(DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        var stories = await database.Stories.InWindow(issue).Include(story => story.Sources.OrderBy(source => source.Position))
            .AsNoTracking().ToListAsync(cancellationToken);
        if (stories.Count == 0)
        {
            await SkipAsync(database, newsletter, issue, cancellationToken);
            return;
        }

        var places = Place(new Ranking(newsletter).Rank(stories), newsletter.Policy.MaximumStories);
        var chosen = places.Select(ranked => ranked.Story).ToList();
        var mail = await renderer.RenderIssueAsync(new IssueModel(newsletter, new Week(issue.Week), chosen));
        issue.Preflight = Preflight.Check(newsletter, mail, variant: "");
        await FreezeAsync(database, issue, mail, cancellationToken);
        await StorePlacesAsync(database, issue, places, cancellationToken);
        LogAssembled(issue.Id, issue.Week, places.Count, stories.Count - places.Count);
    }

    /// <summary>As many as the policy allows; the last of them says how many it closes the door on.</summary>
    private static List<RankedStory> Place(IReadOnlyList<RankedStory> ranked, int maximum)
    {
        var places = ranked.Take(maximum).ToList();
        if (ranked.Count > places.Count)
        {
            var left = ranked.Skip(places.Count).Select(story => story.Story.Slug);
            places[^1] = places[^1] with
            {
                Reason = $"{places[^1].Reason} Last of {maximum}; {ranked.Count - maximum} did not fit: {string.Join(", ", left)}.",
            };
        }

        return places;
    }

    private async Task FreezeAsync(DigestDbContext database, Issue issue, RenderedMail mail, CancellationToken cancellationToken)
    {
        var hash = ContentHash.Of(mail);
        var frozen = await database.IssueContents.AsNoTracking().Where(content => content.IssueId == issue.Id)
            .Select(content => content.Sha256).ToListAsync(cancellationToken);
        if (frozen is [var same] && same.AsSpan().SequenceEqual(hash))
        {
            return;
        }

        await database.IssueContents.Where(content => content.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        database.IssueContents.Add(new IssueContent
        {
            IssueId = issue.Id,
            Subject = mail.Subject,
            Preheader = mail.Preheader,
            Html = mail.Html,
            Text = mail.Text,
            Sha256 = hash,
            FrozenAt = time.GetUtcNow(),
        });
        Reset(issue, IssueState.Assembled, reason: null, mail.Subject, mail.Preheader);
    }

    private async Task SkipAsync(DigestDbContext database, Newsletter newsletter, Issue issue, CancellationToken cancellationToken)
    {
        issue.Preflight = [];
        if (issue.State == IssueState.Skipped)
        {
            return;
        }

        var clock = new LocalClock(newsletter.Zone);
        await database.IssueContents.Where(content => content.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        await database.IssueStories.Where(place => place.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        Reset(issue, IssueState.Skipped, $"No story was published from {clock.Show(issue.WindowStart):ddd yyyy-MM-dd HH:mm} "
            + $"to {clock.Show(issue.WindowEnd):ddd yyyy-MM-dd HH:mm} ({newsletter.TimeZone}).", subject: "", preheader: "");
        LogSkipped(issue.Id, issue.Week);
    }

    /// <summary>Other content than was approved is content nobody approved.</summary>
    private void Reset(Issue issue, IssueState state, string? reason, string subject, string preheader)
    {
        if (issue.ApprovedHash is not null)
        {
            LogApprovalRevoked(issue.Id, issue.Week);
        }

        (issue.State, issue.StateReason, issue.Subject, issue.Preheader) = (state, reason, subject, preheader);
        (issue.ApprovedAt, issue.ApprovedBy, issue.ApprovedHash) = (null, null, null);
        issue.AssembledAt = time.GetUtcNow();
    }

    /// <summary>Reasons may change while the content does not: they are words for the editor and bound to no approval.</summary>
    private static async Task StorePlacesAsync(
        DigestDbContext database, Issue issue, List<RankedStory> places, CancellationToken cancellationToken)
    {
        await database.IssueStories.Where(place => place.IssueId == issue.Id).ExecuteDeleteAsync(cancellationToken);
        database.IssueStories.AddRange(places.Select((ranked, position) => new IssueStory
        {
            IssueId = issue.Id,
            StoryId = ranked.Story.Id,
            Position = position,
            Reason = ranked.Reason,
        }));
    }
}
