using System.Collections.Concurrent;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;

namespace Digest.Rendering;

/// <summary>Turns an issue or a notice into its two twins, with slots where readers differ. Safe to share between threads.</summary>
public sealed class MailRenderer(TemplateEngine templates, PublicUrls urls)
{
    private readonly ConcurrentDictionary<(string Accent, string AccentDark), StyleSheet> sheets = new();

    /// <summary>Compiles every template; the first render is otherwise seconds slow.</summary>
    /// <exception cref="InputException">A template does not compile.</exception>
    /// <exception cref="SettingException">The folder lacks a template or the style sheet.</exception>
    public async Task WarmUpAsync()
    {
        foreach (var mail in (string[])["weekly", "confirmation", "welcome"])
        {
            templates.Require(mail);
            templates.Require($"{mail}.text");
        }

        SheetOf(new Brand());
        await templates.CompileAllAsync();
    }

    /// <summary>The issue at the most detail that every client shows whole (<see cref="MailSize"/>).</summary>
    /// <exception cref="RefusedException">The issue has no story, or is too large even as a headline.</exception>
    public async Task<RenderedMail> RenderIssueAsync(IssueModel issue)
    {
        if (issue.Stories.Count == 0)
        {
            throw new RefusedException($"The issue of {issue.Week} has no story to render.");
        }

        var week = WeekView.Of(issue, urls);
        var view = IssueView.Of(issue, week, urls, await FittingDetailAsync(issue, week));
        return await RenderAsync("weekly", view);
    }

    /// <summary>Asks to confirm; carries <see cref="Slots.ConfirmUrl"/> and no promotion.</summary>
    public Task<RenderedMail> RenderConfirmationAsync(Newsletter newsletter) =>
        RenderAsync("confirmation", new ConfirmationView(newsletter, urls.Home(newsletter.Slug)));

    /// <summary>Says what comes and when, and how to leave.</summary>
    /// <param name="newsletter">Whose.</param>
    /// <param name="latest">Week and subject of the latest issue that went out, to read at once; or none.</param>
    public Task<RenderedMail> RenderWelcomeAsync(Newsletter newsletter, (Week Week, string Subject)? latest) =>
        RenderAsync("welcome", new WelcomeView(
            newsletter,
            urls.Home(newsletter.Slug),
            latest is { } issue ? (OneLine.Of(issue.Subject), urls.Issue(newsletter.Slug, issue.Week.Monday)) : null));

    /// <summary>Each step is smaller than the one before, so the first that fits is found by halving.</summary>
    private async Task<IssueDetail> FittingDetailAsync(IssueModel issue, WeekView week)
    {
        if (await FitsAsync(issue, week, 0))
        {
            return IssueDetail.At(0, issue.Stories);
        }

        var (low, high) = (1, IssueDetail.Steps(issue.Stories.Count));
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = await FitsAsync(issue, week, middle) ? (low, middle) : (middle + 1, high);
        }

        return await FitsAsync(issue, week, low) ? IssueDetail.At(low, issue.Stories) : throw new RefusedException(
            $"The issue of {issue.Week} is larger than {MailSize.MaximumBytes} bytes even as one headline; shorten the title of its lead.");
    }

    private async Task<bool> FitsAsync(IssueModel issue, WeekView week, int step)
    {
        var view = IssueView.Of(issue, week, urls, IssueDetail.At(step, issue.Stories));
        return MailSize.Fits((await RenderHtmlAsync("weekly", view)).ToHtml());
    }

    private async Task<RenderedMail> RenderAsync<TView>(string template, TView view)
        where TView : MailView
    {
        var html = await RenderHtmlAsync(template, view);
        var text = await templates.RenderAsync($"{template}.text", view);
        return new RenderedMail(html.Subject, html.Preheader, html.ToHtml(), TextTwin.Finish(TemplateSlots.Settle(text))) { WholeSubject = html.WholeSubject };
    }

    private async Task<MailDocument> RenderHtmlAsync<TView>(string template, TView view)
        where TView : MailView =>
        new(await templates.RenderAsync(template, view), SheetOf(view.Newsletter.Brand));

    private StyleSheet SheetOf(Brand brand) => sheets.GetOrAdd(
        (brand.Accent, brand.AccentDark),
        _ => StyleSheet.Parse(templates.ReadFile(StyleSheet.FileName), brand));
}
