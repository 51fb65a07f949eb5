using System.Net;
using Digest.Newsletters;
using Digest.Subscribers;
using Digest.TestKit;
using Digest.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>The public pages over a real port and a database of their own; the host is another assembly than the pages.</summary>
public sealed class PublicSite : IAsyncDisposable
{
    /// <summary>A Tuesday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private readonly TestApp app;

    private PublicSite(TestDatabase database, Newsletter newsletter, FakeTimeProvider time, TestApp app, CapturedLog log)
    {
        this.app = app;
        (Database, Newsletter, Time, Log) = (database, newsletter, time, log);
        Client = app.BareClient();
    }

    public TestDatabase Database { get; }

    public Newsletter Newsletter { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>Everything the host logged, at every level that its own rules leave.</summary>
    public CapturedLog Log { get; }

    /// <summary>Follows no redirect, keeps no cookie.</summary>
    public HttpClient Client { get; }

    public Uri Url => app.Url;

    public static async Task<PublicSite> StartAsync(params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync();
        var newsletter = await database.NewsletterAsync();
        var time = new FakeTimeProvider(Start);
        var log = new CapturedLog();
        var values = TestSettings.Values(database.ConnectionString);
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        var app = await TestApp.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time);
                builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
                builder.AddDigestWeb();
            },
            web => web.MapDigestWeb(),
            values);
        return new PublicSite(database, newsletter, time, app, log);
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public async Task<Page> GetAsync(string path) => await ReadAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public async Task<Page> PostAsync(string path, params (string Name, string Value)[] fields) => await ReadAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.ToDictionary(f => f.Name, f => f.Value)) });

    public async Task<Page> ReadAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Page(response.StatusCode, text, headers);
    }

    /// <summary>A confirmed reader, or one in another state.</summary>
    public async Task<Subscriber> ReaderAsync(SubscriberState state = SubscriberState.Confirmed) =>
        (await Database.SubscribersAsync(Newsletter.Id, 1, state))[0];

    public string Link(TokenPurpose purpose, Subscriber reader) => Get<Tokens>().Create(
        purpose, new TokenContent(reader.Id, reader.TokenVersion, purpose == TokenPurpose.Confirm ? Time.GetUtcNow().AddDays(7) : null));

    public async Task<Subscriber> ReloadAsync(Subscriber reader)
    {
        await using var context = Database.NewContext();
        return await context.Subscribers.AsNoTracking().SingleAsync(subscriber => subscriber.Id == reader.Id);
    }

    public async Task<long> CountAsync(string what) => await Database.ScalarAsync<long>($"select count(*) from digest.{what}");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>What a client got.</summary>
public sealed record Page(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers);
