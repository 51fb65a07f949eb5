using Digest.Newsletters;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Subscribers;

/// <summary>One newsletter, its database and its clock, for tests of the room's use cases.</summary>
public abstract class Readers : IAsyncLifetime
{
    /// <summary>A Tuesday.</summary>
    protected static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private ServiceProvider services = null!;

    protected FakeTimeProvider Time { get; } = new(Start);

    protected TestDatabase Database { get; private set; } = null!;

    protected Newsletter Newsletter { get; private set; } = null!;

    protected Tokens Tokens => Get<Tokens>();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Newsletter = await Database.NewsletterAsync();
        services = TestServices.Build(Database, Time);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    protected Task SignUpAsync(string address = "reader@example.org", long? newsletterId = null) =>
        Get<Subscribe>().RunAsync(new SubscribeRequest(newsletterId ?? Newsletter.Id, address, "public page", null), Cancel);

    protected async Task<Subscriber> ReaderAsync(string key = "reader@example.org")
    {
        await using var context = Database.NewContext();
        return await context.Subscribers.AsNoTracking().SingleAsync(subscriber => subscriber.AddressKey == key, Cancel);
    }

    /// <summary>The link in the confirmation, as the worker makes it when it sends the notice.</summary>
    protected async Task<string> ConfirmationAsync(string key = "reader@example.org")
    {
        await using var context = Database.NewContext();
        var reader = await ReaderAsync(key);
        var notice = await context.Notices.Where(n => n.SubscriberId == reader.Id && n.Kind == NoticeKind.Confirmation)
            .OrderByDescending(n => n.Id).FirstAsync(Cancel);
        return Tokens.Create(
            TokenPurpose.Confirm, new TokenContent(reader.Id, reader.TokenVersion, notice.CreatedAt + ConfirmSubscription.LinkLifetime));
    }

    protected async Task<string> LinkAsync(TokenPurpose purpose, string key = "reader@example.org")
    {
        var reader = await ReaderAsync(key);
        return Tokens.Create(purpose, new TokenContent(reader.Id, reader.TokenVersion, null));
    }

    protected async Task<long> CountAsync(string what) => await Database.ScalarAsync<long>($"select count(*) from digest.{what}");

    /// <summary>The kinds of a reader's evidence, in the order in which it was added.</summary>
    protected async Task<List<ConsentKind>> EvidenceAsync(string key = "reader@example.org")
    {
        await using var context = Database.NewContext();
        var reader = await ReaderAsync(key);
        return await context.ConsentEvents.Where(e => e.SubscriberId == reader.Id).OrderBy(e => e.Id).Select(e => e.Kind).ToListAsync(Cancel);
    }
}
