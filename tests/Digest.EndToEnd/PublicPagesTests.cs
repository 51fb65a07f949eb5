using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Digest.Cli.Demo;
using Microsoft.Playwright;

namespace Digest.EndToEnd;

/// <summary>What readers see, as a browser draws it: narrow and wide, in light and dark, without a complaint of axe or of the browser.</summary>
public sealed class PublicPagesTests(PublishedInstallation published, Chromium chromium) : IClassFixture<PublishedInstallation>, IClassFixture<Chromium>
{
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Week => published.Week.ToString();

    public static TheoryData<string, int, ColorScheme> Looks() => [.. from page in (string[])["home", "archive", "issue", "story", "arabic", "take", "refused"]
        from look in ((int Width, ColorScheme Scheme)[])[(320, ColorScheme.Light), (320, ColorScheme.Dark), (600, ColorScheme.Dark), (1024, ColorScheme.Light)]
        select (page, look.Width, look.Scheme)];

    [Theory, MemberData(nameof(Looks))]
    public async Task Every_page_is_accessible_fits_its_window_and_obeys_its_own_policy(string name, int width, ColorScheme scheme)
    {
        var page = await chromium.NewPageAsync(width, scheme);
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);

        await OpenAsync(page, name);

        // The status of a refused form is itself a line in the console.
        complaints.RemoveAll(line => line.Contains("status of 400", StringComparison.Ordinal));
        complaints.ShouldBeEmpty();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);
        // The mail's own tree as well, which would scroll inside the page.
        (await page.EvaluateAsync<int>("Math.max(0, ...[...document.querySelectorAll('.mail')].map(one => one.scrollWidth - one.clientWidth))")).ShouldBe(0);
        var found = await page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags(Rules) });
        found.Violations.Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}").ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_mail_stands_in_the_page_and_a_take_needs_no_script()
    {
        var page = await chromium.NewPageAsync();
        await OpenAsync(page, "issue");
        // Found through the open tree of its own, and drawn.
        await Assertions.Expect(page.Locator(".mail").GetByRole(AriaRole.Heading, new() { Name = "In this issue" })).ToBeVisibleAsync();
        // Its text is for those who cannot see the tree, and stands beside it for nobody.
        await Assertions.Expect(page.Locator(".mail .plain")).ToBeHiddenAsync();
        (await page.EvaluateAsync<int>("performance.getEntriesByType('resource').filter(one => one.initiatorType === 'script').length")).ShouldBe(0);

        await page.GetByRole(AriaRole.Group).GetByText("It was good").ClickAsync();
        await page.GetByLabel("What did I miss?").FillAsync("A number without its source.");
        // Faster than anybody reads would be refused.
        while (!await page.EvaluateAsync<bool>("Date.now() / 1000 > parseInt(document.querySelector('.take [name=stamp]').value) + 3"))
        {
            Cancel.ThrowIfCancellationRequested();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Send your take" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Thank you");
        (await published.Site.Database.ScalarAsync<string>("select rating || ': ' || text from digest.takes")).ShouldBe("good: A number without its source.");
    }

    private async Task OpenAsync(IPage page, string name)
    {
        var home = $"{published.Site.Url}/{DemoContent.Slug}";
        await page.GotoAsync(name switch
        {
            "home" => home,
            "archive" => $"{home}/issues",
            "issue" => $"{home}/issues/{Week}",
            "story" => $"{home}/stories/{PublishedInstallation.Story}",
            "arabic" => $"{home}/stories/{PublishedInstallation.Arabic}",
            _ => $"{home}/issues/{Week}/take?rating=fair",
        });
        if (name == "refused")
        {
            await page.GetByLabel("E-mail").FillAsync("reader@localhost");
            await page.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }
    }
}
