using Digest.Data;
using Digest.Newsletters;
using Digest.Stories;
using Digest.Stories.Feeds;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Stories.Feeds;

/// <summary>A newsletter with feeds, the servers they lie on, and a clock.</summary>
internal sealed class FeedWorld : IAsyncDisposable
{
    /// <summary>A Friday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 13, 12, 0, 0, TimeSpan.Zero);

    private FeedWorld(TestDatabase database, FeedServer server, ServiceProvider services, FakeTimeProvider time, Newsletter newsletter) =>
        (Database, Server, Services, Time, Newsletter) = (database, server, services, time, newsletter);

    public TestDatabase Database { get; }

    public FeedServer Server { get; }

    public ServiceProvider Services { get; }

    public FakeTimeProvider Time { get; }

    public Newsletter Newsletter { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<FeedWorld> StartAsync(params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync();
        var time = new FakeTimeProvider(Start);
        var values = TestSettings.Values(database.ConnectionString);
        values["Digest:Feeds:AllowPrivateAddresses"] = "true";
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        return new FeedWorld(database, await FeedServer.StartAsync(), TestServices.Build(database, time, settings: values), time, await database.NewsletterAsync());
    }

    /// <summary>The newsletter's settings name these feeds from now on, and no others.</summary>
    public async Task FeedsAsync(params FeedSettings[] feeds)
    {
        await using var context = Database.NewContext();
        Newsletter.Feeds = feeds;
        context.Update(Newsletter);
        await context.SaveChangesAsync(Token);
    }

    public FeedSettings Feed(string path, FeedRole role = FeedRole.Stories, string outlet = "The Paper") => new(Server.UrlOf(path), outlet) { Role = role };

    public async Task ChangeAsync(Action<Newsletter> change)
    {
        await using var context = Database.NewContext();
        change(Newsletter);
        context.Update(Newsletter);
        await context.SaveChangesAsync(Token);
    }

    public Task<IReadOnlyList<FeedPoll>> PollAsync() => Services.GetRequiredService<PollFeeds>().RunAsync(Token);

    /// <summary>When every feed is due again.</summary>
    public Task<IReadOnlyList<FeedPoll>> PollLaterAsync(double hours = 24)
    {
        Time.Advance(TimeSpan.FromHours(hours));
        return PollAsync();
    }

    public async Task<Feed> FeedAsync(string path)
    {
        await using var context = Database.NewContext();
        return await context.Feeds.AsNoTracking().SingleAsync(feed => feed.Url == Server.UrlOf(path), Token);
    }

    public async Task<List<Story>> StoriesAsync()
    {
        await using var context = Database.NewContext();
        return await context.Stories.AsNoTracking().Include(story => story.Sources.OrderBy(source => source.Position)).OrderBy(story => story.Id).ToListAsync(Token);
    }

    public async Task<List<FeedItem>> ItemsAsync()
    {
        await using var context = Database.NewContext();
        return await context.FeedItems.AsNoTracking().OrderBy(item => item.Id).ToListAsync(Token);
    }

    public async Task<string?> OpenAlertAsync() =>
        await Database.ScalarAsync<string>("select message from digest.alerts where kind = 'feeds-failing' and cleared_at is null");

    public Task<ImportResult> ImportAsync(string fileName, string text) =>
        Services.GetRequiredService<ImportStories>().RunAsync(Newsletter.Id, [new StoryInput(fileName, text)], TimeSpan.Zero, Token);

    /// <summary>RSS of the items.</summary>
    public static string Rss(params string[] items) => $"""
        <?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title>{string.Concat(items)}</channel></rss>
        """;

    public static string Item(string id, string title, string? link = null, string? date = "Fri, 13 Nov 2026 09:30:00 GMT", string description = "", string more = "") =>
        $"<item><guid isPermaLink=\"false\">{id}</guid><title>{title}</title><link>{link ?? $"https://paper.example.org/{id}"}</link>"
        + (date is null ? "" : $"<pubDate>{date}</pubDate>") + $"<description>{description}</description>{more}</item>";

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }
}
