using System.Text;
using System.Text.Json;
using Digest.Feedback;
using Digest.Tests.Cli;
using Shouldly;
using Xunit;

namespace Digest.Tests.Feedback;

/// <summary><c>digest takes</c>, as an operator types it.</summary>
public sealed class TakesVerbTests : IAsyncLifetime, IDisposable
{
    private readonly TakeWorld world = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("takes-");

    public ValueTask InitializeAsync() => world.InitializeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Takes_are_exported_as_a_table_and_as_json()
    {
        await world.AddAsync("=1+1", "reader@example.org", TakeRating.Poor);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.AddAsync(rating: TakeRating.Good, underIssue: true);

        var printed = await RunAsync("takes");
        var written = await RunAsync("takes", "--newsletter", "signal", "--issue", "2026-11-23", "--out", "takes.csv");
        var json = await RunAsync("takes", "--json");

        printed.Code.ShouldBe(0, printed.Errors);
        printed.Output.ShouldBe(
            "\"at\",\"week\",\"story\",\"rating\",\"text\",\"address\",\"seen_at\"\r\n"
            + "\"2026-11-24T08:01:00Z\",\"2026-11-23\",\"\",\"good\",\"\",\"\",\"\"\r\n"
            + "\"2026-11-24T08:00:00Z\",\"\",\"keys\",\"poor\",\"'=1+1\",\"reader@example.org\",\"\"\r\n");
        written.Errors.Trim().ShouldBe("1 take is in takes.csv.");
        var file = await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "takes.csv"), TestContext.Current.CancellationToken);
        file.AsSpan(0, 3).SequenceEqual(Encoding.UTF8.Preamble).ShouldBeTrue();
        Encoding.UTF8.GetString(file).Split("\r\n").Length.ShouldBe(3);
        var takes = JsonDocument.Parse(json.Output).RootElement;
        takes[1].GetProperty("text").GetString().ShouldBe("=1+1");
        takes[0].GetProperty("week").GetString().ShouldBe("2026-11-23");
    }

    [Fact]
    public async Task The_takes_of_an_issue_are_those_under_it_and_under_its_stories()
    {
        await world.AddAsync("Of the story.");
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.AddAsync("Of the issue.", underIssue: true);

        var without = await RunAsync("takes", "--issue", "2026-11-23", "--json");
        await world.Database.ExecuteAsync(
            "insert into digest.issue_stories (issue_id, story_id, position, reason, score) values ($1, $2, 0, '', 0)", world.Issue.Id, world.Story.Id);
        var with = await RunAsync("takes", "--issue", "2026-11-23", "--json");
        await RunAsync("takes", "--issue", "2026-11-23", "--out", "takes.csv");

        Said(without.Output).ShouldBe([("2026-11-23", null, "Of the issue.")]);
        Said(with.Output).ShouldBe([("2026-11-23", null, "Of the issue."), (null, "keys", "Of the story.")]);
        (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "takes.csv"), TestContext.Current.CancellationToken)).ShouldContain("\"keys\",\"\",\"Of the story.\"");

        static IEnumerable<(string?, string?, string?)> Said(string json) => JsonDocument.Parse(json).RootElement.EnumerateArray()
            .Select(take => (take.GetProperty("week").GetString(), take.GetProperty("story").GetString(), take.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task An_address_is_forgotten_when_somebody_asks()
    {
        await world.AddAsync("Hello.", "reader@example.org");

        var forgotten = await RunAsync("takes", "forget", "READER@example.org");
        var again = await RunAsync("takes", "forget", "reader@example.org");
        var wrong = await RunAsync("takes", "forget", "reader");

        (forgotten.Code, forgotten.Output.Trim()).ShouldBe((0, "One take lost its address."));
        (again.Code, again.Output.Trim()).ShouldBe((0, "No take has this address; nothing changed."));
        wrong.Code.ShouldBe(1);
        (await world.AddressesAsync()).ShouldBe([null]);
    }

    [Fact]
    public async Task A_wrong_week_and_a_file_that_cannot_be_are_one_sentence()
    {
        var tuesday = await RunAsync("takes", "--issue", "2026-11-24");
        var none = await RunAsync("takes", "--issue", "2026-11-30");
        var nowhere = await RunAsync("takes", "--out", "none/takes.csv");

        tuesday.Code.ShouldBe(2);
        tuesday.Errors.ShouldContain("--issue 2026-11-24 is a Tuesday");
        none.Code.ShouldBe(1);
        nowhere.Code.ShouldBe(1);
        nowhere.Errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("none/takes.csv cannot be written");
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        DigestCommand.RunAsync(world.Database, folder, arguments);
}
