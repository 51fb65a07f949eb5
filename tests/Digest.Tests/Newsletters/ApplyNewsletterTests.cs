using Digest.Issues;
using Digest.Newsletters;
using Digest.Settings;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Newsletters;

public sealed class ApplyNewsletterTests : IAsyncLifetime
{
    private TestDatabase database = null!;
    private ServiceProvider services = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        services = TestServices.Build(database, new FakeTimeProvider(Seed.CreatedAt));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        var (id, first) = await ApplyAsync(NewsletterFiles.Valid);
        var (again, second) = await ApplyAsync(NewsletterFiles.Valid);

        first.ShouldBe(ApplyResult.Created);
        second.ShouldBe(ApplyResult.Unchanged);
        again.ShouldBe(id);
    }

    [Fact]
    public async Task A_change_reaches_the_row_and_keeps_its_id()
    {
        var (id, _) = await ApplyAsync(NewsletterFiles.Valid);
        var (again, result) = await ApplyAsync(NewsletterFiles.Valid
            .Replace("key: safety, label: Safety", "key: safety, label: Safety first", StringComparison.Ordinal)
            .Replace("Europe/Berlin", "Asia/Kathmandu", StringComparison.Ordinal));

        result.ShouldBe(ApplyResult.Changed);
        again.ShouldBe(id);
        await using var context = database.NewContext();
        var row = await context.Newsletters.AsNoTracking().SingleAsync(Cancelled);
        row.TimeZone.ShouldBe("Asia/Kathmandu");
        row.Vocabulary.Lenses[0].Label.ShouldBe("Safety first");
        row.CreatedAt.ShouldBe(Seed.CreatedAt);
    }

    [Fact]
    public async Task Eight_at_once_make_one_newsletter()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ApplyAsync(NewsletterFiles.Valid)));

        results.Count(applied => applied.Result == ApplyResult.Created).ShouldBe(1);
        results.Count(applied => applied.Result == ApplyResult.Unchanged).ShouldBe(7);
    }

    [Fact]
    public async Task A_term_that_stories_use_cannot_go()
    {
        var (id, _) = await ApplyAsync(NewsletterFiles.Valid);
        await WriteStoryAsync(id, "first", stance: "in-favour", lens: "safety");
        await WriteStoryAsync(id, "second", stance: "in-favour", lens: null);
        var without = NewsletterFiles.Valid
            .Replace("- { key: in-favour, label: In favour }", "- { key: for, label: In favour }", StringComparison.Ordinal)
            .Replace("- { key: safety, label: Safety }", "", StringComparison.Ordinal);

        var refusal = await Should.ThrowAsync<RefusedException>(() => ApplyAsync(without));

        refusal.Message.ShouldContain("the stance 'in-favour', used by stories first, second; nor the lens 'safety', used by story first");
        (await database.ScalarAsync<bool>("select vocabulary::text like '%in-favour%' from digest.newsletters")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_term_that_no_story_uses_may_go()
    {
        await ApplyAsync(NewsletterFiles.Valid);

        var (_, result) = await ApplyAsync(NewsletterFiles.Valid.Replace("- { key: safety, label: Safety }", "", StringComparison.Ordinal));

        result.ShouldBe(ApplyResult.Changed);
    }

    [Fact]
    public async Task What_mail_clients_know_it_by_stays_once_mail_went_out()
    {
        var moved = NewsletterFiles.Valid.Replace("list_id: tidings.example.com", "list_id: tidings.example.net", StringComparison.Ordinal);
        var (id, _) = await ApplyAsync(NewsletterFiles.Valid);
        (await ApplyAsync(moved)).Result.ShouldBe(ApplyResult.Changed);

        var week = new Week(new DateOnly(2026, 11, 23));
        await database.IssueAsync(id, week, Seed.CreatedAt, IssueState.Sending);
        await database.ExecuteAsync("update digest.issues set queued_at = now()");

        (await Should.ThrowAsync<RefusedException>(() => ApplyAsync(NewsletterFiles.Valid))).Message.ShouldContain("list_id tidings.example.net");
    }

    private Task<(long NewsletterId, ApplyResult Result)> ApplyAsync(string file) =>
        services.GetRequiredService<ApplyNewsletter>().RunAsync(NewsletterFile.Parse(file, "tidings.yaml"), Cancelled);

    private async Task WriteStoryAsync(long newsletterId, string slug, string stance, string? lens)
    {
        var story = Seed.NewStory(slug, Seed.CreatedAt, sources: 2);
        story.NewsletterId = newsletterId;
        story.Sources.ForEach(source => (source.Stance, source.Lens) = (stance, lens));
        await using var context = database.NewContext();
        context.Add(story);
        await context.SaveChangesAsync(Cancelled);
    }
}
