using Digest.Cli.Demo;
using Microsoft.Playwright;

namespace Digest.EndToEnd;

/// <summary>The operator on Monday, in a browser: signs in, sees what went out, finds a reader in the queue.</summary>
public sealed class OperatorTests(Installation installation, Chromium chromium) : IClassFixture<Installation>, IClassFixture<Chromium>
{
    [Fact]
    public async Task An_operator_signs_in_and_finds_a_reader_in_the_queue()
    {
        var cancel = TestContext.Current.CancellationToken;
        var newsletter = await new DemoContent(installation.Services, new DemoProgress())
            .LoadAsync(40, Installation.Operator, Installation.Password, cancel);
        var monday = new DemoIssue(installation.Services, newsletter, new DemoProgress());
        var issue = await monday.AssembleAndQueueAsync(cancel);
        var sent = await monday.WatchAsync(issue.Id, cancel);
        var page = await chromium.NewPageAsync();

        await page.GotoAsync($"{installation.Url}/admin");
        page.Url.ShouldContain("/admin/login");
        await page.GetByLabel("E-mail").FillAsync(Installation.Operator);
        await page.GetByLabel("Password").FillAsync(Installation.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(page.GetByText(issue.Subject).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText($"{sent.Queued}").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).First.FillAsync("reader-0003");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("reader-0003@").First).ToBeVisibleAsync();

        var jobs = await page.GotoAsync($"{installation.Url}/admin/jobs");
        jobs!.Status.ShouldBe(200);
    }
}
