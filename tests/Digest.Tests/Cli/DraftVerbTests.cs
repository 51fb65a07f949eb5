using System.Text.Json;
using Digest.Issues;
using Digest.TestKit;
using Digest.Tests.Issues.Writer;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

public sealed class DraftVerbTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Named = ["--week", "2026-11-23"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("draft-");
    private TestDatabase database = null!;
    private ScriptedEndpoint endpoint = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        endpoint = await ScriptedEndpoint.StartAsync();
        var newsletter = await database.NewsletterAsync();
        var monday = new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
        var issue = await database.IssueAsync(newsletter.Id, new Week(new DateOnly(2026, 11, 23)), monday, IssueState.Assembled);
        var story = await database.StoryAsync(newsletter.Id, "one", monday.AddDays(-3));
        await using var context = database.NewContext();
        context.Add(new IssueStory { IssueId = issue.Id, StoryId = story.Id });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_draft_is_written_shown_and_approved_or_rejected()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "digest.json"), JsonSerializer.Serialize(endpoint.Settings), TestContext.Current.CancellationToken);
        endpoint.Writes([], ("What one says", ["one"]), ("Story one", ["one"]), ("Initech wins", ["one"]));

        var written = await RunAsync(["draft", .. Named]);
        written.Code.ShouldBe(0, written.Errors);
        written.Output.ShouldContain("There is no introduction: no sentence is left of the answer’s.");
        written.Output.ShouldContain("Subject 3 was dropped: it says “Initech”, which no story that it cites says.");
        written.Output.ShouldContain("   1  subject, draft by model-of-the-tests-2026, not part of the issue until approved");

        (await RunAsync("draft", "approve", "2")).Output.ShouldContain("Draft 2 is the issue's subject now");
        (await RunAsync("draft", "reject", "1")).Output.Trim().ShouldBe("Draft 1 is rejected.");
        (await RunAsync("draft", "approve", "2")).Output.Trim().ShouldBe("Draft 2 is already approved; nothing changed.");
        (await RunAsync("draft", "reject", "1")).Output.Trim().ShouldBe("Draft 1 is already rejected; nothing changed.");
        (await RunAsync("draft", "approve", "1")).ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(1), run => run.Errors.ShouldContain("Draft 1 was rejected"));

        var shown = (await RunAsync(["draft", "show", .. Named])).Output;
        shown.ShouldContain($"   2  subject, draft by model-of-the-tests-2026, approved by {Environment.UserName}");
        shown.ShouldContain("      cites one");
        (await database.ScalarAsync<string>("select text from digest.issue_drafts where approved_at is not null")).ShouldBe("Story one");
    }

    [Fact]
    public async Task Without_a_writer_it_is_one_sentence()
    {
        var (code, _, errors) = await RunAsync(["draft", .. Named]);

        code.ShouldBe(1);
        errors.Trim().ShouldBe("digest: There is no draft, as no writer is set (Digest:Writer:Endpoint); the issue is complete without.");
        endpoint.Asked.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await endpoint.DisposeAsync();
        await database.DisposeAsync();
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => DigestCommand.RunAsync(database, folder, arguments);
}
