using Digest.Issues;
using Digest.Issues.Writer;
using Digest.Settings;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues.Writer;

/// <summary>Nothing that a model wrote is the issue's before somebody says so.</summary>
public sealed class DecideDraftTests(SharedDatabase shared) : IClassFixture<SharedDatabase>
{
    private const string Introduction = "Acme Silicon will ship 28.8 million units. The vote was 310 to 204.";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approved_introduction_is_the_issue_s_and_the_issue_is_assembled_anew()
    {
        await using var world = await WithDraftsAsync();
        await world.Get<ApproveIssue>().RunAsync(world.Issue.Id, "ada", null, Stop);
        // Shows that it is assembled anew, whatever the templates make of an introduction.
        await world.ChangeAsync("law", story => story.Body += "\n\nOne more paragraph.");
        await world.ChangeAsync("law", story => story.Standfirst += " It comes into force in spring.");

        await world.Get<DecideDraft>().ApproveAsync((await world.DraftsAsync())[0].Id, "ada", Stop);

        var issue = await world.ReadAsync();
        issue.Contents[0].Text.ReplaceLineEndings(" ").ShouldContain(Introduction);
        (issue.State, issue.ApprovedHash).ShouldBe((IssueState.Assembled, null));
        issue.Contents[0].Sha256.ShouldNotBe(world.Issue.Contents[0].Sha256);
        var draft = (await world.DraftsAsync())[0];
        (draft.ApprovedBy, draft.ApprovedAt).ShouldBe(("ada", world.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Of_several_subjects_the_last_approved_is_the_issue_s()
    {
        await using var world = await WithDraftsAsync();
        var drafts = await world.DraftsAsync();

        await world.Get<DecideDraft>().ApproveAsync(drafts[1].Id, "ada", Stop);
        (await world.ReadAsync()).Subject.ShouldBe("28.8 million units");
        await world.Get<DecideDraft>().ApproveAsync(drafts[2].Id, "ada", Stop);

        (await world.ReadAsync()).Subject.ShouldBe("A vote of 310 to 204");
        (await world.DraftsAsync()).Select(draft => draft.ApprovedAt is not null).ShouldBe([false, false, true]);
        (await world.ReadAsync()).Contents[0].Html.ShouldNotContain(Introduction);
    }

    [Fact]
    public async Task An_approved_draft_that_is_rejected_leaves_the_issue()
    {
        await using var world = await WithDraftsAsync();
        var draft = (await world.DraftsAsync())[0];
        await world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop);

        await world.Get<DecideDraft>().RejectAsync(draft.Id, Stop);

        (await world.ReadAsync()).Contents[0].Html.ShouldNotContain(Introduction);
        var refused = await Should.ThrowAsync<RefusedException>(() => world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop));
        refused.Message.ShouldContain("was rejected");
    }

    [Fact]
    public async Task The_editors_own_words_stand_again_when_the_draft_before_them_is_rejected()
    {
        await using var world = await WithDraftsAsync();
        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit("My subject", Introduction: "In my own words."), Stop);
        var drafts = await world.DraftsAsync();
        foreach (var draft in drafts)
        {
            await world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop);
        }

        var before = await world.ReadAsync();
        (before.Subject, before.Contents[0].Html.Contains("In my own words.", StringComparison.Ordinal)).ShouldBe(("A vote of 310 to 204", false));
        await world.Get<DecideDraft>().RejectAsync(drafts[0].Id, Stop);
        await world.Get<DecideDraft>().RejectAsync(drafts[2].Id, Stop);

        var issue = await world.ReadAsync();
        issue.Subject.ShouldBe("My subject");
        issue.Contents[0].Html.ShouldContain("In my own words.");
    }

    [Fact]
    public async Task What_the_editor_writes_takes_the_draft_out_and_what_is_saved_as_it_stands_does_not()
    {
        await using var world = await WithDraftsAsync();
        var drafts = await world.DraftsAsync();
        await world.Get<DecideDraft>().ApproveAsync(drafts[0].Id, "ada", Stop);
        await world.Get<DecideDraft>().ApproveAsync(drafts[1].Id, "ada", Stop);

        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit("Mine", Introduction: Introduction), Stop);

        (await world.ReadAsync()).Subject.ShouldBe("Mine");
        (await world.DraftsAsync()).Select(draft => draft.ApprovedAt is not null).ShouldBe([true, false, false]);
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("hold")]
    [InlineData("change")]
    public async Task An_approved_draft_is_left_out_while_its_stories_do_not_bear_it_out(string what)
    {
        await using var world = await WithDraftsAsync();
        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit("My subject"), Stop);
        var drafts = await world.DraftsAsync();
        await world.Get<DecideDraft>().ApproveAsync(drafts[0].Id, "ada", Stop);
        await world.Get<DecideDraft>().ApproveAsync(drafts[2].Id, "ada", Stop);
        await world.Get<ApproveIssue>().RunAsync(world.Issue.Id, "ada", null, Stop);

        await LeaveAsync(world, what);

        var issue = await world.ReadAsync();
        (issue.Subject, issue.State, issue.ApprovedHash).ShouldBe(("My subject", IssueState.Assembled, null));
        issue.Contents[0].Html.ShouldNotContain("310 to 204");
        issue.Preflight.Where(finding => finding.Check == "draft").Select(finding => (finding.Severity, finding.Finding)).ShouldBe([
            (PreflightSeverity.Warning, $"The introduction that ada approved (draft {drafts[0].Id}) is left out: of one sentence, {Why(what)}."),
            (PreflightSeverity.Warning, $"The subject that ada approved (draft {drafts[2].Id}) is left out: of one sentence, {Why(what)}.")]);

        await ReturnAsync(world, what);
        issue = await world.ReadAsync();
        issue.Subject.ShouldBe("A vote of 310 to 204");
        issue.Preflight.ShouldNotContain(finding => finding.Check == "draft");
    }

    [Fact]
    public async Task A_choice_that_leaves_out_the_story_of_a_draft_gets_what_is_proposed()
    {
        await using var world = await WithDraftsAsync();
        await using (var context = world.Database.NewContext())
        {
            world.Newsletter.Vocabulary = world.Newsletter.Vocabulary with { Topics = [new("chips", "Chips"), new("courts", "Courts")] };
            context.Update(world.Newsletter);
            await context.SaveChangesAsync(Stop);
        }

        await world.ChangeAsync("chips", story => (story.Topics, story.Weight) = (["chips"], 100));
        await world.ChangeAsync("law", story => story.Topics = ["courts"]);
        await world.Database.ExecuteAsync("update digest.subscribers set topics = '{chips}' where newsletter_id = $1", world.Newsletter.Id);

        await world.Get<DecideDraft>().ApproveAsync((await world.DraftsAsync())[2].Id, "ada", Stop);

        (await world.ReadAsync()).Contents.Select(content => (content.Variant, content.Subject)).ShouldBe(
            [("", "A vote of 310 to 204"), ("chips", "Foundries double output of AI chips")]);
    }

    [Fact]
    public async Task A_draft_s_sentence_in_the_editor_s_own_words_is_an_error_once_its_story_left()
    {
        await using var world = await WithDraftsAsync();
        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit(Introduction: "Good morning. The vote was 310 to 204. Read on."), Stop);
        (await world.ReadAsync()).Errors.ShouldBeEmpty();

        await LeaveAsync(world, "drop");

        (await world.ReadAsync()).Errors.ShouldHaveSingleItem().Finding
            .ShouldBe("The introduction still has a draft's sentence “The vote was 310 to 204.”: it cites a story that is not in this issue.");
    }

    [Theory]
    [InlineData("The vote was 310 to 204.", true)]
    [InlineData("“The vote was 310 to 204.” So the speaker.", true)]
    [InlineData("Close? **The vote was 310 to 204.**", true)]
    [InlineData("The clerk confirms that The vote was 310 to 204. He had it counted.", false)]
    [InlineData("A vote of 310 to 204 it was.", false)]
    public async Task Only_a_whole_sentence_of_a_draft_rests_on_it(string introduction, bool isFound)
    {
        await using var world = await WithDraftsAsync();
        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit("A vote of 310 to 204, at last", Introduction: introduction), Stop);

        await LeaveAsync(world, "drop");

        (await world.ReadAsync()).Errors.Count.ShouldBe(isFound ? 1 : 0);
    }

    [Fact]
    public async Task A_proposed_subject_that_the_editor_took_over_or_that_was_rejected_is_told_apart()
    {
        await using var world = await WithDraftsAsync();
        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit("A vote of 310 to 204"), Stop);
        await LeaveAsync(world, "drop");
        (await world.ReadAsync()).Errors.ShouldHaveSingleItem().Finding.ShouldStartWith("The subject still has a draft's sentence “A vote of 310 to 204”");

        await world.Get<DecideDraft>().RejectAsync((await world.DraftsAsync())[2].Id, Stop);

        (await world.ReadAsync()).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_that_the_editor_changed_since_stay()
    {
        await using var world = await WithDraftsAsync();
        var draft = (await world.DraftsAsync())[0];
        await world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop);
        await world.Get<EditIssue>().RunAsync(world.Issue.Id, new IssueEdit(Introduction: "In my own words."), Stop);

        await world.Get<DecideDraft>().RejectAsync(draft.Id, Stop);

        (await world.ReadAsync()).Introduction.ShouldBe("In my own words.");
    }

    [Fact]
    public async Task A_draft_whose_story_changed_is_refused()
    {
        await using var world = await WithDraftsAsync();
        await world.ChangeAsync("law", story => story.Standfirst = "The vote was 311 to 203.");

        var refused = await Should.ThrowAsync<RefusedException>(async () => await world.Get<DecideDraft>().ApproveAsync((await world.DraftsAsync())[0].Id, "ada", Stop));

        refused.Message.ShouldContain("310");
        (await world.ReadAsync()).Contents[0].Html.ShouldNotContain(Introduction);
        (await world.DraftsAsync())[0].ApprovedAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_draft_whose_story_left_the_issue_is_refused()
    {
        await using var world = await WithDraftsAsync();
        await world.Database.ExecuteAsync(
            "delete from digest.issue_stories where issue_id = $1 and story_id = (select id from digest.stories where newsletter_id = $2 and slug = 'law')",
            world.Issue.Id, world.Newsletter.Id);

        var refused = await Should.ThrowAsync<RefusedException>(async () => await world.Get<DecideDraft>().ApproveAsync((await world.DraftsAsync())[0].Id, "ada", Stop));

        refused.Message.ShouldContain("not in this issue");
    }

    [Fact]
    public async Task Once_the_issue_is_queued_nothing_is_decided()
    {
        await using var world = await WithDraftsAsync();
        await world.Database.ExecuteAsync("update digest.issues set state = 'sending', queued_at = now() where id = $1", world.Issue.Id);
        var draft = (await world.DraftsAsync())[0];

        (await Should.ThrowAsync<RefusedException>(() => world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop))).Message.ShouldContain("cannot be edited any more");
        await Should.ThrowAsync<RefusedException>(() => world.Get<DecideDraft>().RejectAsync(draft.Id, Stop));

        var issue = await world.ReadAsync();
        (issue.Contents[0].Sha256.SequenceEqual(world.Issue.Contents[0].Sha256), issue.State).ShouldBe((true, IssueState.Sending));
    }

    [Fact]
    public async Task A_draft_that_is_not_there_is_named()
    {
        await using var world = await DraftWorld.CreateAsync(shared);

        (await Should.ThrowAsync<RefusedException>(() => world.Get<DecideDraft>().ApproveAsync(987_654, "ada", Stop))).Message.ShouldContain("987654");
    }

    private static string Why(string what) =>
        what == "change" ? "it says “310”, which no story that it cites says" : "it cites a story that is not in this issue";

    private static async Task LeaveAsync(DraftWorld world, string what)
    {
        var decide = world.Get<DecideStory>();
        await (what switch
        {
            "drop" => decide.DropAsync(world.Newsletter.Id, "law", "withdrawn", Stop),
            "hold" => decide.HoldAsync(world.Newsletter.Id, "law", DraftWorld.Week.Next, null, Stop),
            _ => world.ChangeAsync("law", story => story.Standfirst = "The vote was close."),
        });
        await world.AssembleAsync();
    }

    private static async Task ReturnAsync(DraftWorld world, string what)
    {
        await (what == "change"
            ? world.ChangeAsync("law", story => story.Standfirst = "The vote was 310 to 204.")
            : world.Get<DecideStory>().RestoreAsync(world.Newsletter.Id, "law", Stop));
        await world.AssembleAsync();
    }

    private async Task<DraftWorld> WithDraftsAsync()
    {
        var world = await DraftWorld.CreateAsync(shared);
        world.Endpoint.Writes(
            [("Acme Silicon will ship 28.8 million units.", ["chips"]), ("The vote was 310 to 204.", ["law"])],
            ("28.8 million units", ["chips"]), ("A vote of 310 to 204", ["law"]));
        await world.Get<WriteDrafts>().RunAsync(world.Issue.Id, Stop);
        return world;
    }
}
