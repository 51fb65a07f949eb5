using Digest.Cli.Demo;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.EndToEnd;

/// <summary>An installation whose issue of this week went out, with stories that have everything a story can have.</summary>
public sealed class PublishedInstallation : IAsyncLifetime
{
    public const string Story = "the-letter-and-the-ledger";
    public const string Arabic = "library-says-i-do-not-know";

    public Installation Site { get; } = new();

    public Week Week { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Site.InitializeAsync();
        var newsletter = await new DemoContent(Site.Services, new DemoProgress()).LoadAsync(2, Installation.Operator, Installation.Password, Cancel);
        Week = NewsletterCalendar.Of(newsletter).Current(TimeProvider.System.GetUtcNow());
        await CompleteAsync(Story, "28.8 million");
        await CompleteAsync(Arabic, "5");
        var issue = await Site.Services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, Week, Cancel);
        await Site.Services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "test", null, Cancel);
        await Site.Services.GetRequiredService<QueueIssue>().RunAsync(issue.Id, Cancel);
        await CorrectAsync(Story);
        await CorrectAsync(Arabic);
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private async Task CompleteAsync(string slug, string number)
    {
        await using var context = Site.Database.NewContext();
        var story = await context.Stories.SingleAsync(one => one.Slug == slug, Cancel);
        story.KeyPoints = [story.Standfirst, story.Title];
        story.Disagreements = [story.Standfirst];
        story.Number = new StoryNumber(number, story.Title);
        await context.SaveChangesAsync(Cancel);
    }

    private async Task CorrectAsync(string slug)
    {
        await using var context = Site.Database.NewContext();
        var story = await context.Stories.SingleAsync(one => one.Slug == slug, Cancel);
        var now = TimeProvider.System.GetUtcNow();
        context.Add(new Correction { StoryId = story.Id, Text = story.Standfirst, At = now, RecordedAt = now });
        await context.SaveChangesAsync(Cancel);
    }
}
