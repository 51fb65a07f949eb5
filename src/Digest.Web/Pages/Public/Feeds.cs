using System.Globalization;
using System.Net;
using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>A newsletter's feeds: of its issues, and of its stories.</summary>
internal static class Feeds
{
    /// <summary>More than a feed reader misses between two looks.</summary>
    private const int Most = 30;

    public static void MapFeeds(this WebApplication app)
    {
        app.MapMethods("/{newsletter}/issues.atom", SharedFile.Methods, IssuesAsync).WithMetadata(new SharedPageAttribute());
        app.MapMethods("/{newsletter}/stories.atom", SharedFile.Methods, StoriesAsync).WithMetadata(new SharedPageAttribute());
    }

    private static async Task<IResult> IssuesAsync(
        string newsletter, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, HttpResponse response, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(newsletter, cancellationToken) is not { } sender)
        {
            return Results.NotFound();
        }

        var issues = await database.Issues.WentOut(sender.Id).Take(Most).Select(issue => new
        {
            issue.Week,
            issue.Subject,
            issue.Preheader,
            At = issue.QueuedAt ?? issue.DueAt,
            Stories = issue.Stories.Where(place => place.Story!.DroppedAt == null).OrderBy(place => place.Position).Select(place => new FeedStory(
                place.Story!.Slug, place.Story.Title, place.Story.Standfirst, place.Story.CanonicalUrl,
                place.Story.Corrections.Max(correction => (DateTimeOffset?)correction.At))).ToList(),
        }).AsSplitQuery().ToListAsync(cancellationToken);
        var entries = issues.ConvertAll(issue => new AtomEntry(
            string.Create(CultureInfo.InvariantCulture, $"issues/{issue.Week:yyyy-MM-dd}"), issue.Subject, urls.Issue(newsletter, issue.Week),
            sender.Language, issue.At, issue.Stories.Select(story => story.CorrectedAt).Append(issue.At).Max()!.Value,
            issue.Preheader, ListOf(issue.Stories, sender, urls)));
        return Answer(response, new AtomFeed(
            sender, "issues", $"{sender.Name}: issues", urls.IssuesFeed(newsletter), urls.Issues(newsletter), entries));
    }

    private static async Task<IResult> StoriesAsync(
        string newsletter, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, TimeProvider time, HttpResponse response,
        CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Newsletters.WithSlugAsync(newsletter, cancellationToken) is not { } sender)
        {
            return Results.NotFound();
        }

        var stories = await database.Stories.Published(sender.Id, time.GetUtcNow()).Take(Most)
            .Include(story => story.Corrections).ToListAsync(cancellationToken);
        var entries = stories.ConvertAll(story => new AtomEntry(
            $"stories/{story.Slug}", story.Title, story.CanonicalUrl ?? urls.Story(newsletter, story.Slug), story.Language ?? sender.Language, story.PublishedAt,
            story.ChangedAt(), StoryMarkdown.InlineText(story.Standfirst), ContentOf(story, sender)));
        return Answer(response, new AtomFeed(
            sender, "stories", $"{sender.Name}: stories", urls.StoriesFeed(newsletter), urls.Home(newsletter), entries));
    }

    private static IResult Answer(HttpResponse response, AtomFeed feed) =>
        SharedFile.Answer(response, feed.ToXml(), AtomFeed.ContentType, feed.UpdatedAt);

    private static string ListOf(IEnumerable<FeedStory> stories, Newsletter newsletter, PublicUrls urls) => $"<ul>{string.Concat(stories.Select(story =>
        $"""<li><a href="{WebUtility.HtmlEncode(story.CanonicalUrl ?? urls.Story(newsletter.Slug, story.Slug))}">{WebUtility.HtmlEncode(story.Title)}</a><br>{StoryMarkdown.InlineHtml(story.Standfirst)}</li>"""))}</ul>";

    /// <summary>What was corrected comes first, as on the story's page.</summary>
    private static string ContentOf(Story story, Newsletter newsletter) =>
        string.Concat(story.Corrections.OrderByDescending(correction => correction.At).Select(correction =>
            $"<p><strong>{PublicPageModel.Day(correction.At, newsletter)}:</strong> {StoryMarkdown.InlineHtml(correction.Text)}</p>"))
        + $"<p>{StoryMarkdown.InlineHtml(story.Standfirst)}</p>{story.BodyHtml}";

    /// <summary>What an issue's entry says of a story.</summary>
    private sealed record FeedStory(string Slug, string Title, string Standfirst, string? CanonicalUrl, DateTimeOffset? CorrectedAt);
}
