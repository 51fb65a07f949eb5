using Digest.Feedback;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Feedback;

/// <summary>A newsletter with one story and one issue, and the room's use cases over a database of its own.</summary>
public sealed class TakeWorld : IAsyncLifetime
{
    private ServiceProvider services = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    public TestDatabase Database { get; private set; } = null!;

    public Newsletter Newsletter { get; private set; } = null!;

    public Story Story { get; private set; } = null!;

    public Issue Issue { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        var configuration = TestSettings.Build(Database.ConnectionString);
        services = new ServiceCollection().AddSingleton(configuration).AddSingleton<TimeProvider>(Time).AddLogging().AddDigest(configuration)
            .BuildServiceProvider();
        Newsletter = await Database.NewsletterAsync();
        Story = await Database.StoryAsync(Newsletter.Id, "keys", Time.GetUtcNow().AddDays(-1));
        Issue = await Database.IssueAsync(Newsletter.Id, new Week(new DateOnly(2026, 11, 23)), Time.GetUtcNow().AddDays(-1), IssueState.Sent);
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async Task<Take> AddAsync(string text = "", string? address = null, TakeRating? rating = null, bool underIssue = false)
    {
        var take = new Take
        {
            NewsletterId = Newsletter.Id,
            IssueId = underIssue ? Issue.Id : null,
            StoryId = underIssue ? null : Story.Id,
            Rating = rating,
            Text = text,
            Address = address,
            CreatedAt = Time.GetUtcNow(),
        };
        await using var context = Database.NewContext();
        context.Add(take);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return take;
    }

    public async Task<List<string?>> AddressesAsync()
    {
        await using var context = Database.NewContext();
        return await context.Takes.OrderBy(take => take.Id).Select(take => take.Address).ToListAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
    }
}
