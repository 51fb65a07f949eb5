using System.Net;
using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>A newsletter's feeds: of its issues, and of its stories.</summary>
internal static class Feeds
{
    /// <summary>A year of issues, and no feed reader wants more.</summary>
    private const int Most = 52;

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

        var issues = await database.Issues.WentOut(sender.Id).Take(Most)
            .Include(issue => issue.Stories.OrderBy(place => place.Position)).ThenInclude(place => place.Story!.Corrections)
            .AsSplitQuery().ToListAsync(cancellationToken);
        var entries = issues.ConvertAll(issue =>
        {
            var stories = issue.Stories.Select(place => place.Story!).Where(story => story.DroppedAt is null).ToList();
            var publishedAt = issue.QueuedAt ?? issue.DueAt;
            return new AtomEntry(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"issues/{issue.Week:yyyy-MM-dd}"),
                issue.Subject, urls.Issue(newsletter, issue.Week), sender.Language, publishedAt,
                stories.SelectMany(story => story.Corrections).Select(correction => correction.At).Append(publishedAt).Max(),
                issue.Preheader, ListOf(stories, sender, urls));
        });
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
            $"stories/{story.Slug}", story.Title, UrlOf(story, sender, urls), story.Language ?? sender.Language, story.PublishedAt,
            story.ChangedAt(), StoryMarkdown.InlineText(story.Standfirst), ContentOf(story)));
        return Answer(response, new AtomFeed(
            sender, "stories", $"{sender.Name}: stories", urls.StoriesFeed(newsletter), urls.Home(newsletter), entries));
    }

    private static IResult Answer(HttpResponse response, AtomFeed feed) =>
        SharedFile.Answer(response, feed.ToXml(), AtomFeed.ContentType, feed.UpdatedAt);

    private static string ListOf(IEnumerable<Story> stories, Newsletter newsletter, PublicUrls urls) => $"<ul>{string.Concat(stories.Select(story =>
        $"""<li><a href="{WebUtility.HtmlEncode(UrlOf(story, newsletter, urls))}">{WebUtility.HtmlEncode(story.Title)}</a><br>{StoryMarkdown.InlineHtml(story.Standfirst)}</li>"""))}</ul>";

    /// <summary>What was corrected comes first, as on the story's page.</summary>
    private static string ContentOf(Story story) =>
        string.Concat(story.Corrections.OrderByDescending(correction => correction.At).Select(correction =>
            $"<p><strong>{PublicPageModel.Day(DateOnly.FromDateTime(correction.At.UtcDateTime))}:</strong> {StoryMarkdown.InlineHtml(correction.Text)}</p>"))
        + $"<p>{StoryMarkdown.InlineHtml(story.Standfirst)}</p>{story.BodyHtml}";

    private static string UrlOf(Story story, Newsletter newsletter, PublicUrls urls) => story.CanonicalUrl ?? urls.Story(newsletter.Slug, story.Slug);
}
