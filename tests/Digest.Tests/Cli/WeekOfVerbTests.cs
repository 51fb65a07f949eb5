using Digest.Issues;
using Digest.Newsletters;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>Which issue a verb is about when nobody names its week, and that it says so.</summary>
public sealed class WeekOfVerbTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("week-");
    private TestDatabase database = null!;
    private Newsletter newsletter = null!;
    private Week current;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        newsletter = await database.NewsletterAsync();
        var calendar = NewsletterCalendar.Of(newsletter);
        current = calendar.Current(TimeProvider.System.GetUtcNow());
        await database.IssueAsync(newsletter.Id, current, calendar.DueAt(current), IssueState.Sent);
        await database.ExecuteAsync("update digest.issues set queued_at = now()");
    }

    [Fact]
    public async Task Once_the_next_issue_is_assembled_it_is_the_one_to_look_at_and_to_approve()
    {
        await AssembledAsync(current.Next);
        var note = $"digest: this is about the issue of {current.Next}, the next to go out; --week names another.\n";

        var preview = await RunAsync("preview", "--no-png");
        var rehearsal = await RunAsync("rehearse");
        var approval = await RunAsync("approve");
        var queued = await RunAsync("queue");
        var progress = await RunAsync("progress");

        (preview.Code, preview.Errors).ShouldBe((0, note));
        File.ReadAllText(Path.Combine(folder.FullName, "preview", "index.html")).ShouldContain($"{current.Next}");
        rehearsal.Output.ShouldContain($"week {current.Next}, hash ");
        approval.Errors.ShouldEndWith(note);
        approval.Output.ShouldStartWith($"Approved week {current.Next}");
        (queued.Code, queued.Errors).ShouldBe((0, note));
        progress.Output.ShouldStartWith($"The issue of {newsletter.Slug}, week {current.Next}, is sending.");
    }

    [Fact]
    public async Task What_is_on_its_way_is_the_one_to_stop_whatever_its_week()
    {
        var (late, older) = (new Week(current.Monday.AddDays(-14)), new Week(current.Monday.AddDays(-21)));
        await database.IssueAsync(newsletter.Id, late, NewsletterCalendar.Of(newsletter).DueAt(late), IssueState.Sending);

        (await RunAsync("pause")).Output.ShouldContain($"{late}");
        (await RunAsync("progress")).Output.ShouldStartWith($"The issue of {newsletter.Slug}, week {late}, is paused");

        await database.IssueAsync(newsletter.Id, older, NewsletterCalendar.Of(newsletter).DueAt(older), IssueState.Sending);
        (await RunAsync("cancel")).ShouldSatisfyAllConditions(
            result => result.Code.ShouldBe(1),
            result => result.Errors.ShouldContain($"Which issue? Name it with --week; on their way are: {older} (sending), {late} (paused)."));
    }

    [Fact]
    public async Task Where_none_waits_the_sent_one_is_shown_and_called_sent()
    {
        var preview = await RunAsync("preview", "--no-png");
        var assembly = await RunAsync("assemble");

        (preview.Code, preview.Errors).ShouldBe((0, $"digest: this is about the issue of {current}, which is sent; none to come is assembled yet.\n"));
        assembly.Errors.ShouldContain($"It is sent and stays as it is; nothing changed. `digest assemble --week {current.Next}` assembles the next.");
    }

    [Fact]
    public async Task What_is_advised_can_be_typed_as_it_is_printed()
    {
        var past = new Week(current.Monday.AddDays(-70));
        (await RunAsync("progress", "--week", $"{past}")).Errors.ShouldContain($"`digest assemble --week {past}` makes it");
        (await RunAsync("queue", "-n", newsletter.Slug, "-w", $"{past}")).Errors.ShouldContain($"`digest assemble --newsletter {newsletter.Slug} --week {past}` makes it");

        await AssembledAsync(past);
        (await RunAsync("queue", "--week", $"{past}")).Errors.ShouldContain($"`digest approve --week {past}` approves it");
        (await RunAsync("progress", "--week", $"{past}")).Output.ShouldSatisfyAllConditions(
            said => said.ShouldContain("It is not queued: who its candidates are is counted when it is."), said => said.ShouldNotContain("queued    "));
    }

    private Task<Issue> AssembledAsync(Week week) =>
        database.IssueAsync(newsletter.Id, week, NewsletterCalendar.Of(newsletter).DueAt(week), IssueState.Assembled);

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => DigestCommand.RunAsync(database, folder, arguments);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);
}
