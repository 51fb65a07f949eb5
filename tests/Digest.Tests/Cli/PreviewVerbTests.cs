using Digest.Issues;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>The verb as an operator runs it: another process, its files, its sentences.</summary>
public sealed class PreviewVerbTests : IAsyncLifetime, IDisposable
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 23));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("preview-");
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    [Fact]
    public async Task The_frozen_issue_is_written_as_html_and_text_without_slots()
    {
        var newsletter = await database.NewsletterAsync();
        await database.IssueAsync(newsletter.Id, Week, DateTimeOffset.UnixEpoch);

        var (code, output, errors) = await RunAsync("preview", "--week", Week.ToString(), "--out", "issue");

        code.ShouldBe(0, errors);
        output.ShouldContain("issue.html");
        foreach (var file in new[] { "issue.html", "issue.text" })
        {
            var text = File.ReadAllText(Path.Combine(folder.FullName, "issue", file));
            text.ShouldContain("https://digest.example.com/u/preview");
            text.ShouldNotContain("{{");
        }
    }

    [Fact]
    public async Task Without_an_issue_one_sentence_says_what_makes_it()
    {
        await database.NewsletterAsync();

        var (code, _, errors) = await RunAsync("preview", "--week", Week.ToString());

        code.ShouldBe(1);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("`digest assemble`");
        folder.GetFileSystemInfos().ShouldBeEmpty();
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        DigestCommand.RunAsync(database, folder, arguments);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);
}
