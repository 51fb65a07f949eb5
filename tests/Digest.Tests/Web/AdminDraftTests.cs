using System.Net;
using Digest.Issues;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class AdminDraftTests(AdminHost host) : IClassFixture<AdminHost>
{
    private const string Text = "Story one says <b>this</b>.";

    private static readonly Week Week = new(new DateOnly(2026, 11, 23));

    private static int newsletters;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draft_is_marked_as_one_and_shows_the_stories_that_it_cites()
    {
        var (issue, _) = await IssueAsync();
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Text.ShouldContain("Draft by model-of-the-tests, not part of the issue until approved.");
        browser.Text.ShouldContain(Text);
        browser.Page.QuerySelector(".draft b").ShouldBeNull();
        browser.Page.QuerySelector(".sentences a")!.GetAttribute("href")!.ShouldEndWith("/stories/one");
        browser.Text.ShouldContain("gone, which is no longer in the issue");
    }

    [Fact]
    public async Task An_approved_draft_is_the_issue_s_and_can_be_taken_out_again()
    {
        var (issue, draft) = await IssueAsync();
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync($"[data-draft='{draft}'] form[action$='handler=Approve']");

        browser.Path.ShouldBe($"/admin/issues/{issue.Id}");
        browser.Text.ShouldContain("Done. The draft is the issue’s own now");
        browser.Text.ShouldContain($"approved by {AdminHost.Email}");
        (await ApprovedAsync(issue)).ShouldBe(1);

        await browser.SubmitAsync($"[data-draft='{draft}'] form[action$='handler=Reject']");

        browser.Text.ShouldContain("The draft is rejected.");
        (await ApprovedAsync(issue)).ShouldBe(0);
        browser.Page.QuerySelector($"[data-draft='{draft}'] form").ShouldBeNull();
    }

    [Fact]
    public async Task A_draft_that_cites_what_is_gone_is_refused_with_a_sentence()
    {
        var (issue, _) = await IssueAsync();
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        await browser.SubmitAsync(".draft:first-of-type form[action$='handler=Approve']");

        browser.Text.ShouldContain("Not done.");
        (await ApprovedAsync(issue)).ShouldBe(0);
    }

    [Fact]
    public async Task Saving_other_words_leaves_an_approved_draft_that_is_left_out_approved()
    {
        var (issue, _) = await IssueAsync();
        await host.Database.ExecuteAsync("update digest.issues set introduction = $2 where id = $1", issue.Id, "My own\nwords.");
        await host.Database.ExecuteAsync(
            "update digest.issue_drafts set approved_at = now(), approved_by = 'ada' where issue_id = $1 and kind = 'introduction'", issue.Id);
        var browser = await host.SignedInAsync();
        await browser.OpenAsync($"/admin/issues/{issue.Id}/stories");
        browser.Page.QuerySelector("#introduction")!.TextContent.ShouldBe("My own\nwords.");

        await browser.SubmitAsync("form.editor-words", ("subject", "My subject"), ("introduction", "My own\r\nwords."));

        browser.Text.ShouldContain("Done. The issue is assembled with these words: My subject");
        (await ApprovedAsync(issue)).ShouldBe(1);
        await browser.SubmitAsync("form.editor-words", ("introduction", "Other words."));
        (await ApprovedAsync(issue)).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_decided_without_the_form_s_token_or_by_who_is_not_signed_in()
    {
        var (issue, draft) = await IssueAsync();
        var browser = await host.SignedInAsync();

        foreach (var handler in (string[])["Approve", "Reject"])
        {
            await browser.PostAsync($"/admin/drafts/{draft}?handler={handler}", []);
            browser.Status.ShouldBe(HttpStatusCode.BadRequest);
            var stranger = host.Browser();
            await stranger.PostAsync($"/admin/drafts/{draft}?handler={handler}", []);
            stranger.Path.ShouldBe("/admin/login");
        }

        await browser.OpenAsync($"/admin/drafts/{draft}");
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        (await ApprovedAsync(issue)).ShouldBe(0);
    }

    [Fact]
    public async Task Once_the_issue_is_queued_its_drafts_have_no_buttons()
    {
        var (issue, _) = await IssueAsync();
        await host.Database.ExecuteAsync("update digest.issues set state = 'sending', queued_at = now() where id = $1", issue.Id);
        await host.Database.LedgerAsync(issue.Id);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Page.QuerySelectorAll(".draft").Length.ShouldBe(2);
        browser.Page.QuerySelector(".draft form").ShouldBeNull();
    }

    [Fact]
    public async Task Without_drafts_there_is_no_panel()
    {
        var (issue, _) = await IssueAsync();
        await host.Database.ExecuteAsync("delete from digest.issue_drafts where issue_id = $1", issue.Id);
        var browser = await host.SignedInAsync();

        await browser.OpenAsync($"/admin/issues/{issue.Id}");

        browser.Page.QuerySelector("#issue-title").ShouldNotBeNull();
        browser.Page.QuerySelector("#drafts-title").ShouldBeNull();
    }

    /// <summary>An assembled issue of one story with an introduction that cites a story that is gone, and a subject.</summary>
    private async Task<(Issue Issue, long Subject)> IssueAsync()
    {
        var newsletter = await host.Database.NewsletterAsync($"drafts-{Interlocked.Increment(ref newsletters)}");
        var issue = await host.Database.IssueAsync(newsletter.Id, Week, AdminHost.Now, IssueState.Assembled);
        var story = await host.Database.StoryAsync(newsletter.Id, "one", AdminHost.Now.AddDays(-3));
        await using var context = host.Database.NewContext();
        context.Add(new IssueStory { IssueId = issue.Id, StoryId = story.Id });
        context.Add(Draft(issue, DraftKind.Introduction, new(Text, ["one"]), new("Another.", ["gone"])));
        var subject = Draft(issue, DraftKind.Subject, new DraftSentence("Story one", ["one"]));
        context.Add(subject);
        await context.SaveChangesAsync(Token);
        return (issue, subject.Id);
    }

    private static IssueDraft Draft(Issue issue, DraftKind kind, params DraftSentence[] sentences) => new()
    {
        IssueId = issue.Id,
        Kind = kind,
        Text = string.Join(' ', sentences.Select(sentence => sentence.Text)),
        Sentences = sentences,
        Model = "model-of-the-tests",
        CreatedAt = AdminHost.Now,
    };

    private async Task<long> ApprovedAsync(Issue issue) =>
        await host.Database.ScalarAsync<long>("select count(*) from digest.issue_drafts where issue_id = $1 and approved_at is not null", issue.Id);
}
