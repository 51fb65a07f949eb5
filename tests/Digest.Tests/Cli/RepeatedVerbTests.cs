using Digest.Issues;
using Digest.Newsletters;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>A verb that finds things as it was asked says so, ends well and writes nothing.</summary>
public sealed class RepeatedVerbTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("repeated-");
    private TestDatabase database = null!;
    private Newsletter newsletter = null!;
    private Week week;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        newsletter = await database.NewsletterAsync();
        var calendar = NewsletterCalendar.Of(newsletter);
        week = calendar.Current(TimeProvider.System.GetUtcNow());
        await database.StoryAsync(newsletter.Id, "keys", calendar.CutOff(week).AddDays(-2));
        await database.StoryAsync(newsletter.Id, "locks", calendar.CutOff(week).AddDays(-3));
    }

    [Fact]
    public async Task An_issue_is_assembled_edited_and_approved_once()
    {
        (await RunAsync("assemble")).Errors.ShouldBeEmpty();
        (await RunAsync("assemble")).Errors.Trim().ShouldBe("It is already assembled with this content; nothing changed.");
        (await RunAsync("edit", "--subject", "Keys and locks")).Output.ShouldStartWith($"The issue of {week} is assembled");
        (await RunAsync("edit", "--subject", "Keys and locks")).Output.ShouldStartWith($"The issue of {week} already reads so; nothing changed");
        (await RunAsync("approve")).Output.ShouldStartWith($"Approved week {week}");
        var approvedAt = await ApprovedAtAsync();

        (await RunAsync("approve")).Output.ShouldContain($"is already approved, by {Environment.UserName}; nothing changed: Keys and locks");
        (await RunAsync("edit", "--subject", "Keys and locks")).Output.ShouldContain("nothing changed, and it is approved");
        (await ApprovedAtAsync()).ShouldBe(approvedAt);
        // What it takes away is its answer, and no line of a log beside it.
        (await RunAsync("edit", "--subject", "Locks and keys")).ShouldSatisfyAllConditions(
            run => run.Output.ShouldStartWith($"The issue of {week} is assembled"), run => run.Errors.ShouldBeEmpty());

    }

    [Fact]
    public async Task A_story_has_one_place_in_an_order()
    {
        await RunAsync("assemble");

        var (code, _, errors) = await DigestCommand.RunAsync(database, folder, "edit", "--order", "keys,locks, keys");

        code.ShouldBe(1);
        errors.ShouldStartWith("digest: The order names 'keys' 2 times; a story has one place, so name it once.");
    }

    [Fact]
    public async Task A_decision_about_a_story_is_made_once()
    {
        (await RunAsync("stories", "restore", "keys")).Output.Trim().ShouldBe("Story 'keys' is already neither held over nor dropped; nothing changed. "
            + "`digest stories hold keys --week MONDAY` brings one that was passed over into a later issue.");
        (await RunAsync("stories", "drop", "keys", "--reason", "a duplicate")).Output.ShouldStartWith("Story 'keys' is dropped");
        var droppedAt = await DroppedAtAsync();

        (await RunAsync("stories", "drop", "keys")).Output.Trim()
            .ShouldBe("Story 'keys' is already dropped (a duplicate); nothing changed. `digest stories restore` takes it back.");
        (await DroppedAtAsync()).ShouldBe(droppedAt);
        (await RunAsync("stories", "drop", "keys", "--reason", "an advertisement")).Output.ShouldStartWith("Story 'keys' is dropped");

        var next = week.Next.ToString();
        (await RunAsync("stories", "hold", "locks", "--week", next)).Output.ShouldStartWith($"Story 'locks' is kept for the issue of {next}");
        (await RunAsync("stories", "hold", "locks", "--week", next)).Output.Trim().ShouldBe($"Story 'locks' is already kept for the issue of {next}; nothing changed.");
        (await RunAsync("stories", "correct", "locks", "There were two.")).Output.Trim().ShouldBe("The correction of 'locks' is published.");
        (await RunAsync("stories", "correct", "locks", " There were two.")).Output.Trim().ShouldBe("This correction of 'locks' is already published; nothing changed.");
        (await RunAsync("stories", "drop", "none")).Errors.ShouldContain("`digest stories list` names them");
    }

    [Fact]
    public async Task A_key_is_revoked_and_the_database_migrated_once()
    {
        await RunAsync("api-key", "add", "newsroom");
        (await RunAsync("api-key", "revoke", "newsroom")).Output.ShouldContain("can no longer write");

        (await RunAsync("api-key", "revoke", "newsroom")).Output.ShouldSatisfyAllConditions(
            said => said.ShouldStartWith("newsroom is already revoked, since 20"), said => said.TrimEnd().ShouldEndWith("; nothing changed."));
        (await RunAsync("migrate")).Output.Trim().ShouldBe("The database is already up to date; nothing changed.");
    }

    private async Task<(string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var (code, output, errors) = await DigestCommand.RunAsync(database, folder, arguments);
        code.ShouldBe(arguments[^1] == "none" ? 1 : 0, errors);
        return (output, errors);
    }

    private Task<DateTime> ApprovedAtAsync() => database.ScalarAsync<DateTime>("select approved_at from digest.issues");

    private Task<DateTime> DroppedAtAsync() => database.ScalarAsync<DateTime>("select dropped_at from digest.stories where slug = 'keys'");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);
}
