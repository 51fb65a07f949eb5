using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Settings;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class EditIssueTests(SharedDatabase shared) : IClassFixture<SharedDatabase>, IAsyncLifetime
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 30));
    private static readonly DateTimeOffset CutOff = new(2026, 11, 29, 15, 0, 0, TimeSpan.Zero);

    private readonly TestDatabase database = shared.Database;
    private ServiceProvider services = null!;
    private Newsletter newsletter = null!;
    private Issue issue = null!;

    public async ValueTask InitializeAsync()
    {
        services = shared.Services(new FakeTimeProvider(CutOff.AddMinutes(1)));
        newsletter = await shared.NewNewsletterAsync();
        foreach (var (slug, sources) in ((string, int)[])[("first", 5), ("second", 3), ("third", 1)])
        {
            await database.StoryAsync(newsletter.Id, slug, CutOff.AddDays(-1), sources);
        }

        issue = await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, Week, Cancel);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task The_editors_words_and_order_are_the_issues_and_take_its_approval_away()
    {
        await services.GetRequiredService<ApproveIssue>().RunAsync(issue.Id, "operator", null, Cancel);

        var edited = await EditAsync(new("Keys, not letters", "Three stories about keys.", "A week of **keys**.", ["third", "first"]));

        (edited.Subject, edited.Preheader, edited.State, edited.ApprovedHash).ShouldBe(("Keys, not letters", "Three stories about keys.", IssueState.Assembled, null));
        edited.Stories.Select(place => place.Story!.Slug).ShouldBe(["third", "first", "second"]);
        edited.Stories[0].Reason.ShouldStartWith("Placed 1. by the editor. By rank 0.");
        edited.Contents[0].Html.ShouldContain("A week of <strong>keys</strong>.");
        edited.Contents[0].Html.ShouldNotContain("The week in short");
    }

    [Fact]
    public async Task What_is_emptied_goes_back_to_what_is_proposed_and_what_is_not_named_stays()
    {
        await EditAsync(new("Mine", "Mine too", null, ["third"]));

        var edited = await EditAsync(new("", null, null, []));

        (edited.Subject, edited.Preheader).ShouldBe(("Story first", "Mine too"));
        edited.Stories[0].Story!.Slug.ShouldBe("first");
    }

    [Fact]
    public async Task A_subject_that_is_cut_is_told_to_the_editor()
    {
        var edited = await EditAsync(new($"A subject of {string.Join(' ', Enumerable.Repeat("many", 20))} words"));

        edited.Subject.ShouldEndWith("many…");
        edited.Preflight.ShouldContain(finding => finding.Check == "subject" && finding.Finding.Contains("has 118 characters and is cut to"));
    }

    [Fact]
    public async Task A_story_that_is_no_candidate_is_named_and_nothing_is_changed()
    {
        var refused = await Should.ThrowAsync<RefusedException>(() => EditAsync(new("Mine", null, null, ["nobody", "first"])));

        refused.Message.ShouldStartWith("nobody: no candidate of the issue of 2026-11-30. Candidates are first, second, third.");
        (await database.ScalarAsync<long>("select count(*) from digest.issues where id = $1 and edited_subject is not null", issue.Id)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_queued_cannot_be_edited()
    {
        await database.ExecuteAsync("update digest.issues set state = 'sending', queued_at = now() where id = $1", issue.Id);

        (await Should.ThrowAsync<RefusedException>(() => EditAsync(new("Mine")))).Message.ShouldContain("is sending; it cannot be edited any more");
    }

    [Fact]
    public async Task Each_choice_of_topics_gets_a_rendering_of_its_own_and_the_approval_binds_to_all()
    {
        newsletter.Vocabulary = newsletter.Vocabulary with { Topics = [new("agents", "Agents"), new("law", "Law"), new("work", "Work")] };
        await using (var context = database.NewContext())
        {
            context.Update(newsletter);
            await context.SaveChangesAsync(Cancel);
        }

        await database.ExecuteAsync("update digest.stories set topics = '{law}' where newsletter_id = $1 and slug = 'second'", newsletter.Id);
        var readers = await database.SubscribersAsync(newsletter.Id, 6);
        foreach (var (reader, topics) in readers.Zip((string[])["{law}", "{law,gone}", "{agents,law}", "{work}", "{law,agents,work}", "{}"]))
        {
            await database.ExecuteAsync($"update digest.subscribers set topics = '{topics}' where id = $1", reader.Id);
        }

        var assembled = await services.GetRequiredService<AssembleIssue>().RunAsync(newsletter.Id, Week, Cancel);

        // {agents,law} leaves nothing out and {work} leaves nothing: the first is the whole, the second has no mail.
        assembled.Contents.Select(content => content.Variant).ShouldBe(["", "law"]);
        assembled.Contents[1].Html.ShouldContain("Story second");
        assembled.Contents[1].Html.ShouldNotContain("Story first");
        await services.GetRequiredService<ApproveIssue>().RunAsync(assembled.Id, "operator", ContentHash.Of(assembled.Contents), Cancel);
        await database.ExecuteAsync("update digest.issue_contents set text = text || 'x' where issue_id = $1 and variant = 'law'", assembled.Id);
        var refused = await Should.ThrowAsync<RefusedException>(() =>
            services.GetRequiredService<Digest.Deliveries.QueueIssue>().RunAsync(assembled.Id, byHand: true, Cancel));
        refused.Message.ShouldContain("does not hold the content that was approved");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<Issue> EditAsync(IssueEdit edit) => services.GetRequiredService<EditIssue>().RunAsync(issue.Id, edit, Cancel);
}
