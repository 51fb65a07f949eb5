using Digest.Newsletters;
using Digest.Stories.Feeds;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>The operator sees which feeds fail, and that the others work.</summary>
public sealed class AdminFeedsTests : IAsyncLifetime
{
    private readonly AdminHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Failing_and_working_feeds_stand_on_the_overview()
    {
        var newsletter = await host.Database.NewsletterAsync();
        await using (var context = host.Database.NewContext())
        {
            newsletter.Feeds = [new("https://paper.example.org/feed", "The Paper"), new("https://gazette.example.org/feed", "Gazette"), new("https://new.example.org/feed", "New")];
            context.Update(newsletter);
            context.Add(new Feed { NewsletterId = newsletter.Id, Url = "https://paper.example.org/feed", FailingSince = AdminHost.Now.AddHours(-5), Failures = 4, Problem = "is not found (404); write its new address." });
            context.Add(new Feed { NewsletterId = newsletter.Id, Url = "https://gazette.example.org/feed", SucceededAt = AdminHost.Now.AddMinutes(-20) });
            context.Add(new Feed { NewsletterId = newsletter.Id, Url = "https://left.example.org/feed", FailingSince = AdminHost.Now });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var browser = await host.SignedInAsync();
        await browser.OpenAsync("/admin");

        var feeds = browser.Page.QuerySelectorAll(".feeds li").Select(feed => string.Join(' ', feed.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList();
        feeds.Count.ShouldBe(3);
        feeds[0].ShouldStartWith("✕ The Paper failing for 5 h 0 min, 4 times in a row;");
        feeds[0].ShouldEndWith("It is not found (404); write its new address.");
        feeds[1].ShouldBe("✓ Gazette answered 20 min 0 s ago, 0 of 0 entries taken");
        feeds[2].ShouldBe("… New not asked yet");
    }

    [Fact]
    public async Task Without_feeds_nothing_is_said_of_them()
    {
        await host.Database.NewsletterAsync();
        var browser = await host.SignedInAsync();

        (await browser.OpenAsync("/admin")).Page.QuerySelector(".feeds").ShouldBeNull();
    }
}
