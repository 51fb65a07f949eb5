using System.Globalization;
using Digest.Data;
using Digest.Feedback;
using Digest.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Pages.Public;

/// <summary>What a take is about, as its page shows it.</summary>
/// <param name="Subject">What it is.</param>
/// <param name="Title">Of the issue or the story.</param>
/// <param name="Language">Of the title.</param>
public sealed record TakePlace(TakeSubject Subject, string Title, string Language)
{
    /// <returns>None for what readers cannot see.</returns>
    internal static Task<TakePlace?> FindAsync(
        DigestDbContext database, Newsletter newsletter, string kind, string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        kind == "issues" ? IssueAsync(database, newsletter, key, cancellationToken) : StoryAsync(database, newsletter, key, now, cancellationToken);

    private static async Task<TakePlace?> IssueAsync(DigestDbContext database, Newsletter newsletter, string key, CancellationToken cancellationToken) =>
        DateOnly.TryParseExact(key, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var week)
            ? await database.Issues.WentOut(newsletter.Id).Where(issue => issue.Week == week)
                .Select(issue => new TakePlace(new TakeSubject(newsletter.Id, issue.Id, null), issue.Subject, newsletter.Language))
                .SingleOrDefaultAsync(cancellationToken)
            : null;

    private static Task<TakePlace?> StoryAsync(
        DigestDbContext database, Newsletter newsletter, string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Stories.Published(newsletter.Id, now).Where(story => story.Slug == key)
            .Select(story => new TakePlace(new TakeSubject(newsletter.Id, null, story.Id), story.Title, story.Language ?? newsletter.Language))
            .SingleOrDefaultAsync(cancellationToken);
}
