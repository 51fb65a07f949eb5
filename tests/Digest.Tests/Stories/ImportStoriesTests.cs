using Digest.Settings;
using Digest.Stories;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

public sealed class ImportStoriesTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(Seed.CreatedAt);
    private TestDatabase database = null!;
    private ServiceProvider services = null!;
    private long newsletterId;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        services = TestServices.Build(database, time);
        newsletterId = (await database.NewsletterAsync()).Id;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task The_same_files_again_change_nothing()
    {
        (await ImportAsync(Written("a"), Written("b"))).ShouldBe(new ImportResult(2, 0, 0));
        time.Advance(TimeSpan.FromHours(1));
        (await ImportAsync(Written("b"), Written("a"), Written("c"))).ShouldBe(new ImportResult(1, 0, 2));

        (await database.ScalarAsync<long>("select count(*) from digest.stories where updated_at = created_at")).ShouldBe(3);
    }

    [Fact]
    public async Task A_changed_story_keeps_its_id_and_takes_everything_written()
    {
        await ImportAsync(Written("a", sources: 3));
        var before = (await StoriesAsync()).Single();
        time.Advance(TimeSpan.FromHours(1));

        (await ImportAsync(Written("a", title: "Anew", sources: 1))).ShouldBe(new ImportResult(0, 1, 0));
        (await ImportAsync(Written("a", title: "Anew", sources: 4))).ShouldBe(new ImportResult(0, 1, 0));

        var after = (await StoriesAsync()).Single();
        after.Id.ShouldBe(before.Id);
        after.Title.ShouldBe("Anew");
        after.CreatedAt.ShouldBe(before.CreatedAt);
        after.UpdatedAt.ShouldBe(time.GetUtcNow());
        after.Sources.OrderBy(source => source.Position).Select(source => source.Outlet).ShouldBe(["Outlet 0", "Outlet 1", "Outlet 2", "Outlet 3"]);
    }

    [Fact]
    public async Task An_address_that_was_stored_as_it_was_written_is_canonical_after_the_next_import()
    {
        await ImportAsync(Written("a", sources: 1));
        await database.ExecuteAsync("update digest.story_sources set url = 'https://EXAMPLE.org/0?utm_source=x'");

        (await ImportAsync(Written("a", sources: 1))).ShouldBe(new ImportResult(0, 1, 0));

        (await StoriesAsync()).Single().Sources.Single().Url.ShouldBe("https://example.org/0");
    }

    [Fact]
    public async Task One_bad_file_and_nothing_is_written()
    {
        var refused = await Should.ThrowAsync<InputException>(() =>
            ImportAsync(Written("a"), new StoryInput("b.md", "no front matter"), new StoryInput("c.md", "---\ntitle: T\n---\nBody")));

        refused.Problems.Select(problem => (problem.File, problem.Field)).ShouldBe([("b.md", null), ("c.md", "published")]);
        (await StoriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_no_parser_follows_is_named_while_another_intake_has_the_newsletter()
    {
        await using var another = await database.DataSource.OpenConnectionAsync(Cancelled);
        await using var transaction = await another.BeginTransactionAsync(Cancelled);
        await using var held = another.CreateCommand();
        held.CommandText = "select id from digest.newsletters for no key update";
        await held.ExecuteNonQueryAsync(Cancelled);

        var refused = await Should.ThrowAsync<InputException>(() =>
            ImportAsync(Written("a"), new StoryInput("deep.md", $"---\ntitle: T\npublished: 2026-11-13 09:30\n---\n{new string('>', 200)}")).WaitAsync(TimeSpan.FromSeconds(20), Cancelled));

        refused.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith("deep.md:5: body: holds lists, quotations");
    }

    [Fact]
    public async Task A_vocabulary_that_changed_while_a_file_was_read_is_asked_again()
    {
        await using var another = await database.DataSource.OpenConnectionAsync(Cancelled);
        await using var transaction = await another.BeginTransactionAsync(Cancelled);
        await using var change = another.CreateCommand();
        // Taken away while the import, which has read its file, waits for the lock.
        change.CommandText = """update digest.newsletters set vocabulary = jsonb_set(vocabulary, '{topics}', '[{"key":"policy","label":"Policy"}]')""";
        await change.ExecuteNonQueryAsync(Cancelled);
        var import = ImportAsync(new StoryInput("a.md", "---\ntitle: T\npublished: 2026-11-13 09:30\ntopics: [keys]\n---\nBody"));
        while (await database.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") == 0)
        {
            Cancelled.ThrowIfCancellationRequested();
            import.IsCompleted.ShouldBeFalse();
        }

        await transaction.CommitAsync(Cancelled);

        (await Should.ThrowAsync<InputException>(() => import)).Problems.ShouldHaveSingleItem().Field.ShouldBe("topics[0]");
    }

    [Fact]
    public async Task Two_files_with_one_slug_are_both_named()
    {
        var refused = await Should.ThrowAsync<InputException>(() =>
            ImportAsync(Written("a"), Written("a") with { FileName = "elsewhere/a.md" }));

        refused.Problems.ShouldHaveSingleItem().ToString().ShouldBe("elsewhere/a.md: slug: 'a' is already the slug of a.md.");
    }

    [Fact]
    public async Task A_shift_moves_the_instants_and_another_shift_moves_them_again()
    {
        var written = new DateTimeOffset(2026, 11, 13, 8, 30, 0, TimeSpan.Zero);

        await ImportAsync(TimeSpan.FromDays(7), Written("a"));
        (await StoriesAsync()).Single().PublishedAt.ShouldBe(written.AddDays(7));

        (await ImportAsync(TimeSpan.FromDays(7), Written("a"))).Unchanged.ShouldBe(1);
        (await ImportAsync(TimeSpan.FromDays(-14), Written("a"))).Changed.ShouldBe(1);
        (await StoriesAsync()).Single().PublishedAt.ShouldBe(written.AddDays(-14));
    }

    [Fact]
    public async Task The_same_slug_may_live_in_two_newsletters()
    {
        var other = await database.NewsletterAsync("other");

        await ImportAsync(Written("a"));
        var result = await services.GetRequiredService<ImportStories>().RunAsync(other.Id, [Written("a")], TimeSpan.Zero, Cancelled);

        result.Added.ShouldBe(1);
        (await StoriesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Eight_imports_at_once_add_each_story_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ImportAsync(Written("a"), Written("b"))));

        results.Sum(result => result.Added).ShouldBe(2);
        results.Sum(result => result.Unchanged).ShouldBe(14);
    }

    [Fact]
    public async Task An_unknown_newsletter_is_refused() =>
        (await Should.ThrowAsync<RefusedException>(() =>
            services.GetRequiredService<ImportStories>().RunAsync(4711, [Written("a")], TimeSpan.Zero, Cancelled))).Message.ShouldContain("4711");

    private Task<ImportResult> ImportAsync(params StoryInput[] inputs) => ImportAsync(TimeSpan.Zero, inputs);

    private Task<ImportResult> ImportAsync(TimeSpan shift, params StoryInput[] inputs) =>
        services.GetRequiredService<ImportStories>().RunAsync(newsletterId, inputs, shift, Cancelled);

    private async Task<List<Story>> StoriesAsync()
    {
        await using var context = database.NewContext();
        return await context.Stories.Include(story => story.Sources).AsNoTracking().ToListAsync(Cancelled);
    }

    private static StoryInput Written(string slug, string title = "A title", int sources = 2) => new($"{slug}.md", $"""
        ---
        title: {title}
        published: 2026-11-13 09:30
        sources:
        {string.Join('\n', Enumerable.Range(0, sources).Select(i => $"  - {{ outlet: Outlet {i}, url: 'https://example.org/{i}', stance: pro }}"))}
        further_reading:
          - {"{"} title: More, url: 'https://example.org/more' {"}"}
        ---
        The body.
        """);
}
