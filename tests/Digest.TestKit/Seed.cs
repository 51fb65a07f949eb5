using System.Globalization;
using Digest.Data;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using Digest.Stories;
using Digest.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Digest.TestKit;

/// <summary>Rows for tests, written straight into the database: valid, small, and the same every time.</summary>
public static class Seed
{
    /// <summary>When seeded rows were created: before every week that a test looks at.</summary>
    public static readonly DateTimeOffset CreatedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Stances = ["anti", "sceptical", "balanced", "pro", "hyped"];

    private static readonly string[] Lenses = ["safety", "builder", "policy"];

    public static Newsletter NewNewsletter(string slug = "signal", string zone = "Europe/Berlin") => new()
    {
        Slug = slug,
        Name = $"The {slug} weekly",
        Tagline = "One mail on Monday.",
        TimeZone = zone,
        Sender = new SenderIdentity(
            Name: $"The {slug} weekly",
            IssueAddress: $"{slug}@example.com",
            NoticeAddress: $"{slug}-desk@example.com",
            ReplyTo: $"{slug}-editor@example.com",
            ListId: $"{slug}.example.com",
            ReturnPathDomain: "bounces.example.com",
            FeedbackSenderId: "examplenews"),
        PostalAddress = "Example Press, 1 Sample Street, 12345 Sampletown",
        Vocabulary = new Vocabulary
        {
            Stances = [.. Stances.Select(key => new Term(key, Capitalised(key)))],
            LowPole = "Anti",
            HighPole = "Pro (hyped)",
            Lenses = [.. Lenses.Select(key => new Term(key, Capitalised(key)))],
        },
        CreatedAt = CreatedAt,
    };

    public static Story NewStory(string slug, DateTimeOffset publishedAt, int sources = 3) => new()
    {
        Slug = slug,
        Title = $"Story {slug}",
        Standfirst = $"What {slug} says, in one sentence.",
        Body = $"The body of {slug}.",
        BodyHtml = $"<p>The body of {slug}.</p>",
        Topics = ["agents"],
        Sources = [.. Enumerable.Range(0, sources).Select(NewSource)],
        Holds = ["The part that holds."],
        Scrutiny = ["The part that deserves scrutiny."],
        Watch = ["What to watch."],
        PublishedAt = publishedAt.ToUniversalTime(),
        CreatedAt = publishedAt.ToUniversalTime(),
        UpdatedAt = publishedAt.ToUniversalTime(),
    };

    /// <summary>Saves a newsletter and returns it with its id.</summary>
    public static async Task<Newsletter> NewsletterAsync(this TestDatabase database, string slug = "signal", string zone = "Europe/Berlin")
    {
        var newsletter = NewNewsletter(slug, zone);
        await database.SaveAsync(newsletter);
        return newsletter;
    }

    /// <summary>Saves a story of a newsletter and returns it with its id.</summary>
    public static async Task<Story> StoryAsync(
        this TestDatabase database, long newsletterId, string slug, DateTimeOffset publishedAt, int sources = 3)
    {
        var story = NewStory(slug, publishedAt, sources);
        story.NewsletterId = newsletterId;
        await database.SaveAsync(story);
        return story;
    }

    /// <summary>
    /// Saves subscribers in a state, the next in the newsletter's row of reader-1@example.com, reader-2@example.com and so on.
    /// </summary>
    public static async Task<IReadOnlyList<Subscriber>> SubscribersAsync(
        this TestDatabase database, long newsletterId, int count, SubscriberState state = SubscriberState.Confirmed)
    {
        await using var context = database.NewContext();
        var before = await context.Subscribers.CountAsync(subscriber => subscriber.NewsletterId == newsletterId);
        List<Subscriber> subscribers = [.. Enumerable.Range(before + 1, count).Select(number => NewSubscriber(newsletterId, number, state))];
        context.AddRange(subscribers);
        await context.SaveChangesAsync();
        return subscribers;
    }

    /// <summary>Saves an issue with small frozen content and slots, in the given state; due at the given instant.</summary>
    public static async Task<Issue> IssueAsync(
        this TestDatabase database, long newsletterId, Week week, DateTimeOffset dueAt, IssueState state = IssueState.Approved)
    {
        var issue = NewIssue(newsletterId, week, dueAt.ToUniversalTime(), state);
        await database.SaveAsync(issue);
        return issue;
    }

    /// <summary>The state of one delivery, straight from its row.</summary>
    public static async Task<DeliveryState> StateAsync(this TestDatabase database, long issueId, long subscriberId) =>
        SnakeCase.Parse<DeliveryState>(await database.ScalarAsync<string>(
            "select state from digest.deliveries where issue_id = $1 and subscriber_id = $2", issueId, subscriberId)
            ?? throw new InvalidOperationException($"Issue {issueId} has no delivery to subscriber {subscriberId}."));

    private static StorySource NewSource(int position) => new()
    {
        Position = position,
        Outlet = $"Outlet {position + 1}",
        Url = $"https://outlet-{position + 1}.example.org/piece",
        Title = $"Piece {position + 1}",
        Lens = Lenses[position % Lenses.Length],
        Stance = Stances[position % Stances.Length],
    };

    private static Subscriber NewSubscriber(long newsletterId, int number, SubscriberState state) => new()
    {
        NewsletterId = newsletterId,
        Address = $"reader-{number}@example.com",
        AddressKey = $"reader-{number}@example.com",
        State = state,
        CreatedAt = CreatedAt,
        ConfirmedAt = state == SubscriberState.Pending ? null : CreatedAt,
        UnsubscribedAt = state == SubscriberState.Unsubscribed ? CreatedAt : null,
    };

    private static Issue NewIssue(long newsletterId, Week week, DateTimeOffset dueAt, IssueState state)
    {
        var mail = new RenderedMail(
            Subject: $"Issue of {week}",
            Preheader: "What the week brought.",
            Html: $"""
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Issue of {week}</title></head>
                <body><p>What the week brought.</p>
                <p><a href="{Slots.PreferencesUrl}">Preferences</a> <a href="{Slots.UnsubscribeUrl}">Unsubscribe</a></p></body></html>
                """,
            Text: $"What the week brought.\r\n\r\nPreferences: {Slots.PreferencesUrl}\r\nUnsubscribe: {Slots.UnsubscribeUrl}\r\n");
        var content = new IssueContent
        {
            Subject = mail.Subject,
            Preheader = mail.Preheader,
            Html = mail.Html,
            Text = mail.Text,
            Sha256 = ContentHash.Of(mail),
            FrozenAt = dueAt.AddHours(-15),
        };
        var approved = state is not (IssueState.Assembled or IssueState.Skipped);
        var queued = state is IssueState.Sending or IssueState.Paused or IssueState.Sent;
        return new Issue
        {
            NewsletterId = newsletterId,
            Week = week.Monday,
            State = state,
            WindowStart = dueAt.AddHours(-15).AddDays(-7),
            WindowEnd = dueAt.AddHours(-15),
            DueAt = dueAt,
            Subject = mail.Subject,
            Preheader = mail.Preheader,
            Contents = state == IssueState.Skipped ? [] : [content],
            AssembledAt = dueAt.AddHours(-15),
            ApprovedAt = approved ? dueAt.AddHours(-12) : null,
            ApprovedBy = approved ? "policy" : null,
            ApprovedHash = approved ? content.Sha256 : null,
            QueuedAt = queued ? dueAt : null,
            CompletedAt = state == IssueState.Sent ? dueAt.AddMinutes(10) : null,
        };
    }

    private static async Task SaveAsync(this TestDatabase database, object entity)
    {
        await using var context = database.NewContext();
        context.Add(entity);
        await context.SaveChangesAsync();
    }

    private static string Capitalised(string key) => char.ToUpper(key[0], CultureInfo.InvariantCulture) + key[1..];
}
