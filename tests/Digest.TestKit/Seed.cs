using Digest.Issues;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Stories;
using Digest.Subscribers;

namespace Digest.TestKit;

/// <summary>Rows for tests, written straight into the database: valid, small, and the same every time.</summary>
public static class Seed
{
    public static Newsletter NewNewsletter(string slug = "signal", string zone = "Europe/Berlin") =>
        throw new NotImplementedException($"{slug}{zone}");

    public static Story NewStory(string slug, DateTimeOffset publishedAt, int sources = 3) =>
        throw new NotImplementedException($"{slug}{publishedAt}{sources}");

    /// <summary>Saves a newsletter and returns it with its id.</summary>
    public static Task<Newsletter> NewsletterAsync(this TestDatabase database, string slug = "signal", string zone = "Europe/Berlin") =>
        throw new NotImplementedException($"{database}{slug}{zone}");

    /// <summary>Saves confirmed subscribers reader-1@example.com and so on, or in another state.</summary>
    public static Task<IReadOnlyList<Subscriber>> SubscribersAsync(
        this TestDatabase database, long newsletterId, int count, SubscriberState state = SubscriberState.Confirmed) =>
        throw new NotImplementedException($"{database}{newsletterId}{count}{state}");

    /// <summary>Saves an issue with small frozen content and slots, in the given state; due at the given instant.</summary>
    public static Task<Issue> IssueAsync(
        this TestDatabase database, long newsletterId, Week week, DateTimeOffset dueAt, IssueState state = IssueState.Approved) =>
        throw new NotImplementedException($"{database}{newsletterId}{week}{dueAt}{state}");

    /// <summary>The state of one delivery, straight from its row.</summary>
    public static Task<DeliveryState> StateAsync(this TestDatabase database, long issueId, long subscriberId) =>
        throw new NotImplementedException($"{database}{issueId}{subscriberId}");
}
