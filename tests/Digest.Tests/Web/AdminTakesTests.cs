using System.Net;
using AngleSharp.Dom;
using Digest.Feedback;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>What readers said, as the editor reads it.</summary>
public sealed class AdminTakesTests : IAsyncLifetime
{
    private readonly AdminHost host = new();
    private Newsletter newsletter = null!;
    private Story story = null!;
    private Issue issue = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await host.InitializeAsync();
        newsletter = await host.Database.NewsletterAsync();
        story = await host.Database.StoryAsync(newsletter.Id, "keys", AdminHost.Now.AddDays(-2));
        issue = await host.Database.IssueAsync(newsletter.Id, new Week(new DateOnly(2026, 11, 23)), AdminHost.Now, IssueState.Sent);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Nobody_reads_takes_without_signing_in()
    {
        using var client = host.BareClient();

        using var answer = await client.GetAsync(new Uri("/admin/signal/takes", UriKind.Relative), Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Takes_are_counted_by_issue_and_story_and_read_the_newest_first()
    {
        await AddAsync(3, TakeRating.Good, issueId: issue.Id);
        await AddAsync(2, TakeRating.Poor, "You missed\n<b>this</b>.", "reader@example.org", storyId: story.Id);
        await AddAsync(1, null, "Only words.", storyId: story.Id);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin/signal/takes");

        browser.Page.QuerySelectorAll(".takes tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent.Trim()))).ShouldBe(
            ["Story keys|0|0|1|2", "Issue of 23 Nov 2026|1|0|0|0"]);
        var lines = browser.Page.QuerySelectorAll(".said-by-readers li").ToList();
        lines.Count.ShouldBe(3);
        lines[0].QuerySelector(".words")!.TextContent.ShouldBe("Only words.");
        lines[1].QuerySelector(".words")!.TextContent.ShouldBe("You missed\n<b>this</b>.");
        lines[1].QuerySelector("b").ShouldBeNull("what readers write is text");
        lines[1].TextContent.ShouldContain("reader@example.org");
        lines[2].QuerySelector("time")!.TextContent.ShouldBe("Mon 23 Nov 2026, 06:57");
    }

    [Fact]
    public async Task Each_issue_and_each_story_has_its_own_list()
    {
        await AddAsync(2, TakeRating.Good, "On the issue.", issueId: issue.Id);
        await AddAsync(1, TakeRating.Fair, "On the story.", storyId: story.Id);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync("/admin/signal/takes");
        var links = browser.Page.QuerySelectorAll(".takes tbody a").Select(link => link.GetAttribute("href")!).ToList();

        await browser.OpenAsync(links[0]);
        WordsOn(browser).ShouldBe(["On the story."]);
        await browser.OpenAsync(links[1]);
        WordsOn(browser).ShouldBe(["On the issue."]);
        browser.Page.QuerySelector("#takes-title")!.TextContent.ShouldBe("Said under the issue of 23 Nov 2026");
    }

    [Fact]
    public async Task What_was_seen_is_marked_and_the_overview_counts_the_rest()
    {
        await AddAsync(2, TakeRating.Good, "First.");
        await AddAsync(1, TakeRating.Fair, "Second.");
        var browser = await host.SignedInAsync();
        (await browser.OpenAsync("/admin")).Text.ShouldContain("2 not seen");
        await browser.OpenAsync("/admin/signal/takes?unseen=true");

        await browser.SubmitAsync(".said-by-readers form");

        browser.Text.ShouldContain("One take is marked as seen.");
        WordsOn(browser).ShouldBe(["First."]);
        (await host.Database.ScalarAsync<DateTimeOffset>("select seen_at from digest.takes where text = 'Second.'")).ShouldBe(AdminHost.Now);
        (await browser.OpenAsync("/admin")).Text.ShouldContain("1 not seen");
        await browser.OpenAsync("/admin/signal/takes");
        await browser.SubmitAsync("form:has(.see-all)");
        (await browser.OpenAsync("/admin")).Text.ShouldContain("0 not seen");
    }

    [Fact]
    public async Task A_newsletter_marks_only_its_own()
    {
        var other = await host.Database.NewsletterAsync("other");
        await AddAsync(1, TakeRating.Good, "Mine.");
        var browser = await host.SignedInAsync();
        await browser.OpenAsync("/admin/signal/takes");
        var form = browser.Page.QuerySelectorAll(".said-by-readers input").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value")!);

        await browser.PostAsync($"/admin/{other.Slug}/takes?handler=See", form);

        browser.Text.ShouldContain("They were seen already.");
        (await host.Database.ScalarAsync<long>("select count(*) from digest.takes where seen_at is null")).ShouldBe(1);
        (await browser.OpenAsync("/admin/none/takes")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Many_are_read_page_by_page()
    {
        for (var number = 1; number <= 30; number++)
        {
            await AddAsync(100 - number, null, $"Number {number}.");
        }

        var browser = await host.SignedInAsync();

        await browser.OpenAsync("/admin/signal/takes");
        WordsOn(browser).Count.ShouldBe(25);
        WordsOn(browser)[0].ShouldBe("Number 30.");
        await browser.OpenAsync(browser.Page.QuerySelector(".pages a")!.GetAttribute("href")!);
        WordsOn(browser).ShouldBe(["Number 5.", "Number 4.", "Number 3.", "Number 2.", "Number 1."]);
    }

    private static List<string> WordsOn(AdminBrowser browser) => [.. browser.Page.QuerySelectorAll(".words").Select(words => words.TextContent)];

    private async Task AddAsync(
        int minutesAgo, TakeRating? rating, string text = "", string? address = null, long? issueId = null, long? storyId = null)
    {
        await using var context = host.Database.NewContext();
        context.Add(new Take
        {
            NewsletterId = newsletter.Id,
            IssueId = issueId,
            StoryId = storyId,
            Rating = rating,
            Text = text,
            Address = address,
            CreatedAt = AdminHost.Now.AddMinutes(-minutesAgo),
        });
        await context.SaveChangesAsync(Token);
    }
}
