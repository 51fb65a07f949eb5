using Digest.Cli.Demo;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Smtp;
using Digest.Stories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Digest.EndToEnd;

/// <summary>A reader's whole way, in a browser: subscribe, confirm, receive, leave with one click, receive nothing more.</summary>
public sealed class ReaderTests(Installation installation, Chromium chromium) : IClassFixture<Installation>, IClassFixture<Chromium>
{
    private const string Reader = "ada.reader@example.net";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_subscribes_confirms_receives_leaves_and_gets_nothing_more()
    {
        var newsletter = await new DemoContent(installation.Services, new DemoProgress())
            .LoadAsync(5, Installation.Operator, Installation.Password, Cancel);
        var page = await chromium.NewPageAsync();

        await SubscribeAsync(page);
        var confirmation = await installation.Mail.WaitForAsync(mail => mail.Recipient == Reader, Cancel);
        await ConfirmAsync(page, confirmation);
        await installation.Mail.WaitForAsync(mail => mail.Recipient == Reader && mail.Id > confirmation.Id, Cancel);

        var thisWeek = NewsletterCalendar.Of(newsletter).Current(TimeProvider.System.GetUtcNow());
        await SendAsync(newsletter, thisWeek.Previous);
        var issue = IssuesTo(Reader).ShouldHaveSingleItem();

        await LeaveWithOneClickAsync(page, issue);
        await SendAsync(newsletter, thisWeek);

        IssuesTo(Reader).Count().ShouldBe(1, "who left is not sent the next issue");
        IssuesTo("reader-0001@example.com").Count().ShouldBe(2, "who stayed is");
    }

    private async Task SubscribeAsync(IPage page)
    {
        await page.GotoAsync($"{installation.Url}/");
        await page.GetByLabel("E-mail address").FillAsync(Reader);
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("inbox");
    }

    private async Task ConfirmAsync(IPage page, ReceivedMail confirmation)
    {
        await page.GotoAsync($"{installation.Url}/inbox/{confirmation.Id}");
        var link = await page.FrameLocator("iframe.mail").Locator("a[href*='/confirm/']").First.GetAttributeAsync("href");
        await page.GotoAsync(link!);
        await page.Locator("form[method=post] button").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are in");
    }

    private async Task LeaveWithOneClickAsync(IPage page, ReceivedMail issue)
    {
        await page.GotoAsync($"{installation.Url}/inbox/{issue.Id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("200");
    }

    private async Task SendAsync(Newsletter newsletter, Week week)
    {
        var issue = await installation.Services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, week, Cancel);
        await installation.Services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "test", null, Cancel);
        await installation.Services.GetRequiredService<QueueIssue>().RunAsync(issue.Id, Cancel);
        var sent = await new DemoIssue(installation.Services, newsletter, new DemoProgress()).WatchAsync(issue.Id, Cancel);
        sent.Count(DeliveryState.Accepted).ShouldBe(sent.Queued);
    }

    /// <summary>By Feedback-ID, which begins with the week for an issue alone: the welcome is list mail too.</summary>
    private IEnumerable<ReceivedMail> IssuesTo(string reader) => installation.Mail.All.Where(mail => mail.Recipient == reader
        && System.Text.Encoding.Latin1.GetString(mail.Raw.Span).Contains("\r\nFeedback-ID: 20", StringComparison.Ordinal));
}
