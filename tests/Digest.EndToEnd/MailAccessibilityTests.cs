using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Digest.EndToEnd;

/// <summary>The approved mails, as a browser shows them: readable by everybody, at every width, light and dark.</summary>
public sealed class MailAccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string[] Mails = ["weekly", "one", "forty", "rtl", "confirmation", "welcome"];

    public static IEnumerable<TheoryDataRow<string, ColorScheme, int>> Views() =>
        from mail in Mails
        from scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark]
        from width in (int[])[320, 600]
        select new TheoryDataRow<string, ColorScheme, int>(mail, scheme, width);

    [Theory, MemberData(nameof(Views))]
    public async Task No_mail_violates_WCAG_and_none_is_wider_than_its_screen(string mail, ColorScheme scheme, int width)
    {
        var page = await chromium.NewPageAsync(width, scheme);
        await page.GotoAsync(new Uri(Approved(mail)).AbsoluteUri);

        (await Axe.ViolationsAsync(page)).ShouldBeEmpty();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
        await page.Context.CloseAsync();
    }

    private static string Approved(string mail, [CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, $"../Digest.Tests/Rendering/{mail}.approved.html");
}
