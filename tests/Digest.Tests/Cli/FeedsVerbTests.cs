using Digest.Newsletters;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>`digest feeds` and `digest api-key`, as an operator runs them.</summary>
public sealed class FeedsVerbTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("digest-feeds-");
    private TestDatabase database = null!;
    private Newsletter newsletter = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        newsletter = await database.NewsletterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_feed_that_fails_is_listed_with_what_to_do_and_ends_the_poll_with_a_code()
    {
        await using (var context = database.NewContext())
        {
            newsletter.Feeds = [new FeedSettings("http://127.0.0.1:1/feed", "The Paper")];
            context.Update(newsletter);
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var before = await DigestCommand.RunAsync(database, folder, "feeds", "list");
        var poll = await DigestCommand.RunAsync(database, folder, "feeds", "poll");
        var after = await DigestCommand.RunAsync(database, folder, "feeds", "list");

        before.Output.ShouldContain("The Paper  http://127.0.0.1:1/feed\n    not asked yet; 0 entries, 0 taken");
        poll.Errors.ShouldBeEmpty();
        (poll.Code, poll.Output).ShouldBe((1, "http://127.0.0.1:1/feed  failed: it lies at an address that is not public, and is not asked; set Digest:Feeds:AllowPrivateAddresses to true if that is meant.\n"));
        after.Output.ShouldContain("(1 times), last success never");
        after.Output.ShouldContain("    It lies at an address that is not public");
    }

    [Fact]
    public async Task A_feed_that_the_settings_do_not_name_is_refused()
    {
        var (code, _, errors) = await DigestCommand.RunAsync(database, folder, "feeds", "poll", "--url", "https://example.org/feed");

        (code, errors).ShouldBe((1, "digest: The settings of signal name no feed https://example.org/feed; write it under feeds in its file and run `digest newsletter apply FILE`.\n"));
    }

    [Fact]
    public async Task Where_there_is_nothing_it_says_what_would_make_some()
    {
        var keys = await DigestCommand.RunAsync(database, folder, "api-key", "list");
        var poll = await DigestCommand.RunAsync(database, folder, "feeds", "poll");

        (keys.Code, keys.Output, keys.Errors).ShouldBe((0, "", "signal has no key; `digest api-key add NAME` makes one.\n"));
        (poll.Code, poll.Output, poll.Errors).ShouldBe((0, "",
            "signal has no feeds; list some under `feeds:` in its settings file and run `digest newsletter apply FILE` (docs/newsletters.md).\n"));
    }

    [Fact]
    public async Task What_a_folder_says_of_itself_is_no_story_and_keeps_none_out()
    {
        var stories = folder.CreateSubdirectory("stories");
        await File.WriteAllTextAsync(Path.Combine(stories.FullName, "README.md"), "# How we write", TestContext.Current.CancellationToken);
        (await DigestCommand.RunAsync(database, folder, "import", "stories", "stories")).ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(1), run => run.Errors.ShouldContain("The folder stories holds no story"));
        await File.WriteAllTextAsync(
            Path.Combine(stories.FullName, "keys.md"), "---\ntitle: Keys\npublished: 2026-11-20T09:00:00Z\n---\nThere were two.", TestContext.Current.CancellationToken);

        var (code, output, errors) = await DigestCommand.RunAsync(database, folder, "import", "stories", "stories");

        code.ShouldBe(0, errors);
        output.Trim().ShouldBe("Added 1, changed 0, unchanged 0.");
        errors.Trim().ShouldBe("stories/README.md has no front matter and is left out.");
    }

    [Fact]
    public async Task A_key_is_alone_on_the_output_and_listed_by_its_name_only()
    {
        var (code, key, _) = await DigestCommand.RunAsync(database, folder, "api-key", "add", "newsroom");
        code.ShouldBe(0);
        key.ShouldMatch("^dgst_[A-Za-z0-9_-]{43}\n$");

        (await DigestCommand.RunAsync(database, folder, "api-key", "list")).Output.ShouldMatch("^newsroom +made [0-9-]{10}  never used\n$");
        (await DigestCommand.RunAsync(database, folder, "api-key", "revoke", "newsroom")).Output.ShouldBe("newsroom can no longer write stories of signal.\n");
        (await DigestCommand.RunAsync(database, folder, "api-key", "list")).Output.ShouldContain("revoked ");
    }
}
