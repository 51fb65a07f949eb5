using Digest.Issues;
using Digest.Rendering;
using Digest.Settings;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>The editor's page: what an issue holds and why, and what an editor changes about it.</summary>
public sealed class AdminEditorTests(AdminHost host) : IClassFixture<AdminHost>
{
    private static readonly Week Week = new(new DateOnly(2026, 1, 19));
    private static readonly DateTimeOffset CutOff = new(2026, 1, 18, 15, 0, 0, TimeSpan.Zero);
    private static int count;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_story_is_shown_with_its_place_and_why_and_moves_when_it_is_told_to()
    {
        var (issue, browser) = await OpenAsync();

        browser.Text.ShouldContain("5 sources +0.30");
        await browser.SubmitAsync("li:nth-child(3) form[action$='handler=Lead']");
        browser.Text.ShouldContain("Done. 'third' is moved");
        await browser.SubmitAsync("li:nth-child(3) form[action$='handler=Up']");

        (await SlugsAsync(issue)).ShouldBe(["third", "second", "first"]);
        browser.Text.ShouldContain("Placed 1. by the editor.");
        await browser.SubmitAsync("form[action$='handler=Rank']");
        (await SlugsAsync(issue)).ShouldBe(["first", "second", "third"]);
    }

    [Fact]
    public async Task The_editors_words_are_the_issues()
    {
        var (issue, browser) = await OpenAsync();

        await browser.SubmitAsync("form.editor-words", ("subject", "Mine"), ("preheader", "My preheader"), ("introduction", "My **words**."));

        browser.Text.ShouldContain("Done. The issue is assembled with these words: Mine");
        (await host.Database.ScalarAsync<string>("select html from digest.issue_contents where issue_id = $1", issue.Id))!.ShouldContain("My <strong>words</strong>.");
    }

    [Fact]
    public async Task Of_two_editors_the_second_sees_what_the_first_did_and_keeps_what_they_wrote()
    {
        var (issue, browser) = await OpenAsync();
        var other = await (await host.SignedInAsync()).OpenAsync($"/admin/issues/{issue.Id}/stories");
        await other.SubmitAsync("form.editor-words", ("subject", "Theirs"), ("preheader", ""), ("introduction", "Their words."));

        await browser.SubmitAsync("form.editor-words", ("subject", ""), ("preheader", ""), ("introduction", "My long introduction."));

        browser.Text.ShouldContain("Not done. The issue of 2026-01-19 changed while your page was open");
        browser.Page.QuerySelector("#introduction")!.TextContent.ShouldBe("Their words.");
        browser.Page.QuerySelector("[aria-labelledby=unsaved]")!.TextContent.ShouldContain("My long introduction.");
        (await WordsAsync(issue)).ShouldBe("Theirs: Their words.");

        // Seen now, it may be changed.
        await browser.SubmitAsync("form.editor-words", ("subject", "Mine"), ("preheader", ""), ("introduction", "My words."));
        (await WordsAsync(issue)).ShouldBe("Mine: My words.");

        foreach (var (button, handler) in ((string, string)[])[("li:nth-child(3) form[action$='handler=Lead']", "Lead"), ("li:nth-child(2) details form", "Drop")])
        {
            await other.SubmitToAsync(button, $"/admin/issues/{issue.Id}/stories?handler={handler}");
            other.Text.ShouldContain("Not done. The issue of 2026-01-19 changed while your page was open");
            (await SlugsAsync(issue)).ShouldBe(["first", "second", "third"]);
            await browser.SubmitAsync("form.editor-words", ("subject", handler), ("preheader", ""), ("introduction", ""));
        }
    }

    [Fact]
    public async Task A_page_whose_issue_changed_before_the_write_changes_nothing()
    {
        var (issue, _) = await OpenAsync();
        var edit = host.Services.GetRequiredService<EditIssue>();
        var seen = ContentHash.Of(issue.Contents)!;
        await edit.RunAsync(issue.Id, new IssueEdit("Theirs", SeenHash: seen), Token);

        var refused = await Should.ThrowAsync<RefusedException>(() => edit.RunAsync(issue.Id, new IssueEdit("Mine", SeenHash: seen), Token));

        refused.Message.ShouldContain("changed while your page was open");
        (await WordsAsync(issue)).ShouldBe("Theirs: ");
    }

    [Fact]
    public async Task A_story_left_out_is_listed_with_its_reason_and_taken_in_again()
    {
        var (issue, browser) = await OpenAsync();

        await browser.SubmitToAsync("li:nth-child(2) details form", $"/admin/issues/{issue.Id}/stories?handler=Hold", ("reason", "waits for the ruling"));

        (await SlugsAsync(issue)).ShouldBe(["first", "third"]);
        browser.Text.ShouldContain("held over for 2026-01-26: waits for the ruling");
        await browser.SubmitAsync("form[action$='handler=Take']");
        (await SlugsAsync(issue)).ShouldBe(["first", "second", "third"]);
    }

    [Fact]
    public async Task What_is_queued_is_shown_without_buttons_and_refused()
    {
        var (issue, browser) = await OpenAsync();
        await host.Database.ExecuteAsync("update digest.issues set state = 'sending', queued_at = now() where id = $1", issue.Id);

        await browser.SubmitAsync("li:nth-child(3) form[action$='handler=Lead']");

        browser.Text.ShouldContain("Not done. The issue is queued or withdrawn");
        browser.Page.QuerySelectorAll("main form").Length.ShouldBe(0);
    }

    private async Task<(Issue Issue, AdminBrowser Browser)> OpenAsync()
    {
        var newsletter = await host.Database.NewsletterAsync($"editor-{Interlocked.Increment(ref count)}");
        foreach (var (slug, sources) in ((string, int)[])[("first", 5), ("second", 3), ("third", 1)])
        {
            await host.Database.StoryAsync(newsletter.Id, slug, CutOff.AddDays(-1), sources);
        }

        var issue = await host.Services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, Week, Token);
        return (issue, await (await host.SignedInAsync()).OpenAsync($"/admin/issues/{issue.Id}/stories"));
    }

    private async Task<string?> WordsAsync(Issue issue) =>
        await host.Database.ScalarAsync<string>("select edited_subject || ': ' || coalesce(introduction, '') from digest.issues where id = $1", issue.Id);

    private async Task<List<string>> SlugsAsync(Issue issue)
    {
        var slugs = await host.Database.ScalarAsync<string[]>(
            "select array_agg(s.slug order by p.position) from digest.issue_stories p join digest.stories s on s.id = p.story_id where p.issue_id = $1", issue.Id);
        return [.. slugs!];
    }
}
