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
        issue.Introduction.ShouldBe(Introduction);
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
        (await world.ReadAsync()).EditedSubject.ShouldBe("28.8 million units");
        await world.Get<DecideDraft>().ApproveAsync(drafts[2].Id, "ada", Stop);

        (await world.ReadAsync()).EditedSubject.ShouldBe("A vote of 310 to 204");
        (await world.DraftsAsync()).Select(draft => draft.ApprovedAt is not null).ShouldBe([false, false, true]);
        (await world.ReadAsync()).Introduction.ShouldBeNull();
    }

    [Fact]
    public async Task An_approved_draft_that_is_rejected_leaves_the_issue()
    {
        await using var world = await WithDraftsAsync();
        var draft = (await world.DraftsAsync())[0];
        await world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop);

        await world.Get<DecideDraft>().RejectAsync(draft.Id, Stop);

        (await world.ReadAsync()).Introduction.ShouldBeNull();
        var refused = await Should.ThrowAsync<RefusedException>(() => world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop));
        refused.Message.ShouldContain("was rejected");
    }

    [Fact]
    public async Task Words_that_the_editor_changed_since_stay()
    {
        await using var world = await WithDraftsAsync();
        var draft = (await world.DraftsAsync())[0];
        await world.Get<DecideDraft>().ApproveAsync(draft.Id, "ada", Stop);
        await world.Database.ExecuteAsync("update digest.issues set introduction = 'In my own words.' where id = $1", world.Issue.Id);

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
        (await world.ReadAsync()).Introduction.ShouldBeNull();
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
        (issue.Introduction, issue.State).ShouldBe((null, IssueState.Sending));
    }

    [Fact]
    public async Task A_draft_that_is_not_there_is_named()
    {
        await using var world = await DraftWorld.CreateAsync(shared);

        (await Should.ThrowAsync<RefusedException>(() => world.Get<DecideDraft>().ApproveAsync(987_654, "ada", Stop))).Message.ShouldContain("987654");
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
